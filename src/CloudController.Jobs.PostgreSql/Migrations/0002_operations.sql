-- compatible-from: 1
-- Operations that have been paused.
CREATE TABLE operations (
    name text COLLATE "C" PRIMARY KEY,
    paused_since bigint,
    paused_by bytea,
    pause_reason bytea
);
