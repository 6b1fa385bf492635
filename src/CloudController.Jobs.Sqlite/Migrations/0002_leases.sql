-- Who took the lease of a job's present run, null for a run in process, and how long it was given for.
ALTER TABLE jobs ADD COLUMN holder INTEGER;
ALTER TABLE jobs ADD COLUMN lease_ms INTEGER;

-- Of a run whose lease had a holder, once it has ended: the lease, the action that ended it, null if it was taken back, and the job right after that.
ALTER TABLE runs ADD COLUMN nonce INTEGER;
ALTER TABLE runs ADD COLUMN holder INTEGER;
ALTER TABLE runs ADD COLUMN action BLOB;
ALTER TABLE runs ADD COLUMN job_after TEXT;
