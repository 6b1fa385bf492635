-- Instants are Unix milliseconds. Phases are numbered as in JobPhase: 1, 2 claimable; 3, 4 waiting for their time; 7 running; from 8 on ended.

-- What can be claimed is grouped by queue and operation, so that a claim never walks over jobs that it may not take.
CREATE TABLE lanes (
    id INTEGER PRIMARY KEY,
    queue TEXT NOT NULL,
    operation TEXT NOT NULL,
    UNIQUE (queue, operation)
) STRICT;

CREATE TABLE owners (
    id INTEGER PRIMARY KEY,
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    UNIQUE (issuer, subject)
) STRICT;

-- What every status request reads comes first, what is rarely read last.
CREATE TABLE jobs (
    id INTEGER PRIMARY KEY,
    guid BLOB NOT NULL CHECK (length(guid) = 16),
    phase INTEGER NOT NULL CHECK (phase BETWEEN 1 AND 4 OR phase BETWEEN 7 AND 11),
    run INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    run_at INTEGER NOT NULL,
    max_attempts INTEGER NOT NULL,
    attempts_forgiven INTEGER NOT NULL DEFAULT 0,
    errors TEXT,
    lane INTEGER NOT NULL REFERENCES lanes (id),
    owner INTEGER NOT NULL REFERENCES owners (id),
    priority INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    started_at INTEGER,
    run_started_at INTEGER,
    finished_at INTEGER,
    expires_at INTEGER,
    attempt INTEGER NOT NULL DEFAULT 0,
    attempts_spent INTEGER NOT NULL DEFAULT 0,
    lost_runs INTEGER NOT NULL DEFAULT 0,
    polled INTEGER NOT NULL DEFAULT 0,
    used_ms INTEGER NOT NULL DEFAULT 0,
    timeout_ms INTEGER NOT NULL,
    deadline_at INTEGER,
    lease INTEGER,
    lease_expires_at INTEGER,
    worker TEXT,
    cancel_requested_at INTEGER,
    progress_percent INTEGER,
    progress_message TEXT,
    warnings TEXT,
    bodies INTEGER NOT NULL DEFAULT 0,      -- which of its bodies are in payloads: 1 arguments, 2 result
    arguments BLOB,
    result BLOB,
    request_id TEXT,
    traceparent TEXT,
    resource_guid TEXT,
    idempotency TEXT,                       -- its idempotency key, for as long as that is held
    details TEXT,                           -- JSON: backoff, resource, labels, annotations; null where all are the default
    CHECK ((phase = 7) = (lease IS NOT NULL)),
    CHECK ((phase >= 8) = (finished_at IS NOT NULL))
) STRICT;

-- FindStatus, Find.
CREATE UNIQUE INDEX jobs_guid ON jobs (guid);

-- NextClaimableLane, Claimable, CountClaimable, NextPriority.
CREATE INDEX jobs_claimable ON jobs (lane, priority, run_at) WHERE phase IN (1, 2);

-- FindDue, NextDue.
CREATE INDEX jobs_waiting ON jobs (run_at) WHERE phase IN (3, 4);

-- FindExpired, NextExpiry.
CREATE INDEX jobs_expiring ON jobs (expires_at) WHERE expires_at IS NOT NULL AND started_at IS NULL AND phase < 7;

-- FindOverdue, ReleaseToRescue, CountBetween. One index for these phases, not one for each: every update of a phase looks at all that name it.
CREATE INDEX jobs_between ON jobs (phase, lane) WHERE phase BETWEEN 2 AND 7;

-- FindPrunable, NextEndedLane, CountEnded.
CREATE INDEX jobs_ended ON jobs (lane, phase, finished_at) WHERE phase >= 8;

-- Lists of everything, and of one owner's jobs.
CREATE INDEX jobs_created ON jobs (created_at);
CREATE INDEX jobs_owner ON jobs (owner, created_at);

-- Lists by resource.
CREATE INDEX jobs_resource ON jobs (resource_guid) WHERE resource_guid IS NOT NULL;

-- Arguments and results above a kilobyte, so that what moves a job does not write them again. kind: 1 arguments, 2 result.
CREATE TABLE payloads (
    job INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY (job, kind)
) STRICT;

-- Runs that left something to tell that the job's own row does not hold.
CREATE TABLE runs (
    job INTEGER NOT NULL,
    run INTEGER NOT NULL,
    attempt INTEGER NOT NULL,
    started_at INTEGER NOT NULL,
    ended_at INTEGER,
    outcome TEXT,
    errors TEXT,
    worker TEXT,
    log BLOB,
    exception TEXT,
    PRIMARY KEY (job, run)
) STRICT, WITHOUT ROWID;

CREATE TABLE labels (
    job INTEGER NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (job, key)
) STRICT, WITHOUT ROWID;

-- Label selectors.
CREATE INDEX labels_value ON labels (key, value);

-- jobs: the guids submitted under the key, 16 bytes each, in order.
CREATE TABLE idempotency_keys (
    owner INTEGER NOT NULL,
    key TEXT NOT NULL,
    fingerprint BLOB NOT NULL,
    jobs BLOB NOT NULL,
    PRIMARY KEY (owner, key)
) STRICT, WITHOUT ROWID;

-- Queues that have been paused.
CREATE TABLE queues (
    name TEXT PRIMARY KEY,
    paused_since INTEGER,
    paused_by TEXT,
    pause_reason TEXT
) STRICT, WITHOUT ROWID;

CREATE TABLE secrets (
    name TEXT PRIMARY KEY,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- When the store was last proved writable.
CREATE TABLE probe (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    written_at INTEGER NOT NULL
) STRICT;
