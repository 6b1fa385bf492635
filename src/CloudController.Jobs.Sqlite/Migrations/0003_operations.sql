-- Operations that have been paused.
CREATE TABLE operations (
    name TEXT PRIMARY KEY,
    paused_since INTEGER,
    paused_by TEXT,
    pause_reason TEXT
) STRICT, WITHOUT ROWID;
