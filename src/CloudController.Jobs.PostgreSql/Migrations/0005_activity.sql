-- compatible-from: 1
-- What happened within each minute on all nodes, kept for two days. Durations are milliseconds.
CREATE TABLE activity (
    minute bigint PRIMARY KEY,
    finished bigint NOT NULL,
    failed bigint NOT NULL,
    picked_up bigint NOT NULL,
    pickup_ms bigint NOT NULL,
    longest_pickup_ms bigint NOT NULL
);
