-- What happened within each minute, kept for two days. Durations are milliseconds.
CREATE TABLE activity (
    minute INTEGER PRIMARY KEY,
    finished INTEGER NOT NULL,
    failed INTEGER NOT NULL,
    picked_up INTEGER NOT NULL,
    pickup_ms INTEGER NOT NULL,
    longest_pickup_ms INTEGER NOT NULL
) STRICT;
