CREATE TABLE `upload` (
	`user_id` text NOT NULL,
	`id` text NOT NULL,
	`video_id` text NOT NULL,
	`makes_video` integer NOT NULL,
	`bytes` integer NOT NULL,
	`metadata` text NOT NULL,
	`sha256` text,
	`state` text DEFAULT 'receiving' NOT NULL,
	`error` text,
	`prior_error` text,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`attempts` integer DEFAULT 0 NOT NULL,
	`next_at` integer NOT NULL,
	`lease_until` integer DEFAULT 0 NOT NULL,
	PRIMARY KEY(`user_id`, `id`)
);
--> statement-breakpoint
CREATE INDEX `upload_due` ON `upload` (`next_at`);--> statement-breakpoint
CREATE INDEX `upload_by_video` ON `upload` (`user_id`,`video_id`);