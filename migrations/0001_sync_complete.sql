CREATE TABLE `blob_deletion` (
	`user_id` text NOT NULL,
	`video_id` text NOT NULL,
	`attempts` integer DEFAULT 0 NOT NULL,
	`next_at` integer NOT NULL,
	PRIMARY KEY(`user_id`, `video_id`)
);
--> statement-breakpoint
CREATE INDEX `blob_deletion_due` ON `blob_deletion` (`next_at`);--> statement-breakpoint
CREATE TABLE `head_history` (
	`user_id` text NOT NULL,
	`rev` integer NOT NULL,
	`nonce` text NOT NULL,
	PRIMARY KEY(`user_id`, `rev`)
) WITHOUT ROWID;
--> statement-breakpoint
ALTER TABLE `user_head` ADD `epoch` text;--> statement-breakpoint
ALTER TABLE `user_head` ADD `floor` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `video` ADD `purge_at` integer;--> statement-breakpoint
CREATE INDEX `video_purge_due` ON `video` (`purge_at`) WHERE purge_at IS NOT NULL;--> statement-breakpoint
CREATE INDEX `video_tombstone` ON `video` (`purged_at`) WHERE purged_at IS NOT NULL;--> statement-breakpoint
CREATE INDEX `generation_open` ON `generation` (`user_id`,`created_at`,`id`) WHERE status NOT IN ('succeeded', 'failed', 'canceled');
--> statement-breakpoint
UPDATE `video` SET `purge_at` = CASE
	WHEN fields ->> '$.purgeRequestedAt[0]' IS NOT NULL THEN updated_at
	ELSE trashed_at + 2592000000 END
WHERE purged_at IS NULL AND (trashed_at IS NOT NULL OR fields ->> '$.purgeRequestedAt[0]' IS NOT NULL);--> statement-breakpoint
INSERT INTO `head_history` (user_id, rev, nonce) SELECT user_id, rev, nonce FROM `user_head`;
