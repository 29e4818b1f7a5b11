CREATE TABLE `generation` (
	`user_id` text NOT NULL,
	`id` text NOT NULL,
	`rev` integer NOT NULL,
	`creation` text NOT NULL,
	`fields` text NOT NULL,
	`status` text DEFAULT 'queued' NOT NULL,
	`error` text,
	`request_id` text,
	`outputs` text,
	`submitted_at` integer,
	`completed_at` integer,
	`deadline` integer,
	`reference` text,
	`attempts` integer DEFAULT 0 NOT NULL,
	`next_at` integer,
	`lease_until` integer DEFAULT 0 NOT NULL,
	`purged_at` integer,
	`updated_at` integer NOT NULL,
	`created_at` integer GENERATED ALWAYS AS (creation ->> '$.createdAt') VIRTUAL,
	PRIMARY KEY(`user_id`, `id`)
);
--> statement-breakpoint
CREATE INDEX `generation_by_rev` ON `generation` (`user_id`,`rev`);--> statement-breakpoint
CREATE INDEX `generation_by_creation` ON `generation` (`user_id`,`created_at`,`id`);--> statement-breakpoint
CREATE INDEX `generation_due` ON `generation` (`next_at`);--> statement-breakpoint
CREATE TABLE `ingest_job` (
	`user_id` text NOT NULL,
	`video_id` text NOT NULL,
	`attempts` integer DEFAULT 0 NOT NULL,
	`next_at` integer NOT NULL,
	`lease_until` integer DEFAULT 0 NOT NULL,
	`last_error` text,
	PRIMARY KEY(`user_id`, `video_id`)
);
--> statement-breakpoint
CREATE INDEX `ingest_due` ON `ingest_job` (`next_at`);--> statement-breakpoint
CREATE TABLE `meta` (
	`key` text PRIMARY KEY NOT NULL,
	`value` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `user_head` (
	`user_id` text PRIMARY KEY NOT NULL,
	`rev` integer NOT NULL,
	`nonce` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `video` (
	`user_id` text NOT NULL,
	`id` text NOT NULL,
	`rev` integer NOT NULL,
	`creation` text NOT NULL,
	`fields` text NOT NULL,
	`media_state` text DEFAULT 'none' NOT NULL,
	`media_error` text,
	`bytes` integer,
	`sha256` text,
	`poster_at` integer,
	`stored_at` integer,
	`width` integer,
	`height` integer,
	`duration_ms` real,
	`codec` text,
	`trashed_at` integer,
	`purged_at` integer,
	`updated_at` integer NOT NULL,
	`generation_id` text GENERATED ALWAYS AS (creation ->> '$.generationId') VIRTUAL,
	`provider` text GENERATED ALWAYS AS (creation ->> '$.provider') VIRTUAL,
	`request_id` text GENERATED ALWAYS AS (creation ->> '$.requestId') VIRTUAL,
	`output_index` integer GENERATED ALWAYS AS (creation ->> '$.outputIndex') VIRTUAL,
	`original_url` text GENERATED ALWAYS AS (creation ->> '$.originalUrl') VIRTUAL,
	`created_at` integer GENERATED ALWAYS AS (creation ->> '$.createdAt') VIRTUAL,
	`title` text GENERATED ALWAYS AS (coalesce(fields ->> '$.title[0]', creation ->> '$.prompt')) VIRTUAL,
	PRIMARY KEY(`user_id`, `id`)
);
--> statement-breakpoint
CREATE INDEX `video_by_rev` ON `video` (`user_id`,`rev`);--> statement-breakpoint
CREATE INDEX `video_by_creation` ON `video` (`user_id`,`created_at`,`id`);--> statement-breakpoint
CREATE INDEX `video_by_update` ON `video` (`user_id`,`updated_at`,`id`);--> statement-breakpoint
CREATE INDEX `video_by_request` ON `video` (`user_id`,`request_id`,`provider`,`output_index`);--> statement-breakpoint
CREATE INDEX `video_by_url` ON `video` (`user_id`,`original_url`);--> statement-breakpoint
CREATE TABLE `video_alias` (
	`user_id` text NOT NULL,
	`alias_id` text NOT NULL,
	`id` text NOT NULL,
	PRIMARY KEY(`user_id`, `alias_id`)
);
--> statement-breakpoint
CREATE TABLE `account` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`provider_id` text NOT NULL,
	`account_id` text NOT NULL,
	`password` text,
	`access_token` text,
	`refresh_token` text,
	`id_token` text,
	`access_token_expires_at` integer,
	`refresh_token_expires_at` integer,
	`scope` text,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `user`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `account_by_user` ON `account` (`user_id`);--> statement-breakpoint
CREATE TABLE `rate_limit` (
	`id` text PRIMARY KEY NOT NULL,
	`key` text NOT NULL,
	`count` integer NOT NULL,
	`last_request` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `rate_limit_key_unique` ON `rate_limit` (`key`);--> statement-breakpoint
CREATE TABLE `session` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`token` text NOT NULL,
	`expires_at` integer NOT NULL,
	`ip_address` text,
	`user_agent` text,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `user`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `session_token_unique` ON `session` (`token`);--> statement-breakpoint
CREATE INDEX `session_by_user` ON `session` (`user_id`);--> statement-breakpoint
CREATE TABLE `user` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`email` text NOT NULL,
	`email_verified` integer DEFAULT false NOT NULL,
	`image` text,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `user_email_unique` ON `user` (`email`);--> statement-breakpoint
CREATE TABLE `verification` (
	`id` text PRIMARY KEY NOT NULL,
	`identifier` text NOT NULL,
	`value` text NOT NULL,
	`expires_at` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `verification_by_identifier` ON `verification` (`identifier`);