-- callback_host: of a job that has a callback, where it goes. callback_due_at: when it may be told next that the job has ended: 0 until it is first tried,
-- the end of a node's lease while that node tries, null once nothing is left to do. callback_end: which of its ends, from 0, rises with each retry by hand.
-- callbacks: JSON, how its ends were told.
ALTER TABLE jobs ADD COLUMN callback_host TEXT;
ALTER TABLE jobs ADD COLUMN callback_due_at INTEGER;
ALTER TABLE jobs ADD COLUMN callback_end INTEGER NOT NULL DEFAULT 0;
ALTER TABLE jobs ADD COLUMN callbacks TEXT;

-- FindDueCallbacks, DueCallbacksNow.
CREATE INDEX jobs_callback ON jobs (callback_due_at) WHERE callback_due_at IS NOT NULL AND phase >= 8;
