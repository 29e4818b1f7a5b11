CREATE TABLE `push_message` (
	`user_id` text NOT NULL,
	`generation_id` text NOT NULL,
	`endpoint` text NOT NULL,
	`kind` text NOT NULL,
	`video_id` text,
	`created_at` integer NOT NULL,
	`attempts` integer DEFAULT 0 NOT NULL,
	`next_at` integer NOT NULL,
	`lease_until` integer DEFAULT 0 NOT NULL,
	PRIMARY KEY(`user_id`, `generation_id`, `endpoint`)
);
--> statement-breakpoint
CREATE INDEX `push_message_due` ON `push_message` (`next_at`);--> statement-breakpoint
CREATE INDEX `push_message_by_endpoint` ON `push_message` (`endpoint`);--> statement-breakpoint
CREATE TABLE `push_subscription` (
	`endpoint` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`p256dh` text NOT NULL,
	`auth` text NOT NULL,
	`since` integer NOT NULL,
	`seen_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `push_subscription_by_user` ON `push_subscription` (`user_id`);--> statement-breakpoint
ALTER TABLE `generation` ADD `told_at` integer;--> statement-breakpoint
CREATE INDEX `generation_untold` ON `generation` (`completed_at`) WHERE told_at IS NULL AND status IN ('succeeded', 'failed');