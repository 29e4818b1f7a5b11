CREATE TABLE `account_deletion` (
	`user_id` text PRIMARY KEY NOT NULL,
	`jobs` text NOT NULL,
	`deleted_at` integer NOT NULL,
	`next_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `account_deletion_due` ON `account_deletion` (`next_at`);