-- What was logged within a run through the program's own log; what kind of failure it ended with, null if with none.
ALTER TABLE runs ADD COLUMN log_lines BLOB;
ALTER TABLE runs ADD COLUMN failure TEXT;

-- FindFailures.
CREATE INDEX runs_failed ON runs (ended_at, failure) WHERE failure IS NOT NULL;
