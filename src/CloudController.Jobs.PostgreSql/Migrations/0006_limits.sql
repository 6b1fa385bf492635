-- Not compatible from any version before: programs that do not know of limits would not heed them.
-- What limits a queue: how many of its jobs run at once, how many start within how many seconds; null: nothing does. When that was last changed, and by whom.
ALTER TABLE queues
    ADD COLUMN concurrency integer,
    ADD COLUMN rate_count integer,
    ADD COLUMN rate_seconds integer,
    ADD COLUMN limits_changed_at bigint,
    ADD COLUMN limits_changed_by bytea;

-- When jobs of queues with a rate have started lately.
CREATE TABLE queue_starts (
    queue text COLLATE "C" NOT NULL,
    at bigint NOT NULL,
    starts integer NOT NULL,
    PRIMARY KEY (queue, at)
) WITH (fillfactor = 50);
