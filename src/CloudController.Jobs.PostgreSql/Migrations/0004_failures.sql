-- compatible-from: 1
-- What was logged within a run through the program's own log.
ALTER TABLE runs ADD COLUMN log_lines bytea;

-- Runs that failed, timed out or were lost, and how.
CREATE TABLE failures (
    job uuid NOT NULL,
    run integer NOT NULL,
    lane bigint NOT NULL,
    ended_at bigint NOT NULL,
    kind text NOT NULL,
    PRIMARY KEY (job, run)
);

-- SummarizeFailures.
CREATE INDEX failures_ended ON failures (ended_at);
