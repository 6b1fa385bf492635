-- What limits a queue: how many of its jobs run at once, how many start within how many seconds; null: nothing does. When that was last changed, and by whom.
ALTER TABLE queues ADD COLUMN concurrency INTEGER CHECK (concurrency > 0);
ALTER TABLE queues ADD COLUMN rate_count INTEGER CHECK (rate_count > 0);
ALTER TABLE queues ADD COLUMN rate_seconds INTEGER CHECK ((rate_seconds IS NULL) = (rate_count IS NULL));
ALTER TABLE queues ADD COLUMN limits_changed_at INTEGER;
ALTER TABLE queues ADD COLUMN limits_changed_by TEXT;

-- When jobs of queues with a rate have started lately.
CREATE TABLE queue_starts (
    queue TEXT NOT NULL,
    at INTEGER NOT NULL,
    starts INTEGER NOT NULL,
    PRIMARY KEY (queue, at)
) STRICT, WITHOUT ROWID;
