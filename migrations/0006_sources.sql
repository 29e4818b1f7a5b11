CREATE TABLE `source` (
	`user_id` text NOT NULL,
	`id` text NOT NULL,
	`sha256` text NOT NULL,
	`content_type` text NOT NULL,
	`check_at` integer NOT NULL,
	PRIMARY KEY(`user_id`, `id`)
);
--> statement-breakpoint
CREATE INDEX `source_check` ON `source` (`check_at`);--> statement-breakpoint
ALTER TABLE `generation` ADD `source_id` text GENERATED ALWAYS AS (creation ->> '$.params.sourceImage.id') VIRTUAL;--> statement-breakpoint
CREATE INDEX `generation_by_source` ON `generation` (`user_id`,`source_id`) WHERE source_id IS NOT NULL;--> statement-breakpoint
ALTER TABLE `video` ADD `source_id` text GENERATED ALWAYS AS (creation ->> '$.params.sourceImage.id') VIRTUAL;--> statement-breakpoint
CREATE INDEX `video_by_source` ON `video` (`user_id`,`source_id`) WHERE source_id IS NOT NULL;