-- compatible-from: 1
-- Instants are Unix milliseconds. Phases are numbered as in JobPhase: 1, 2 claimable; 3, 4 waiting for their time; 7 running; from 8 on ended.
-- Text that people wrote freely is kept as UTF-8 bytes: PostgreSQL's own text cannot hold U+0000.
-- Lanes and owners are never taken away, so that references to them need no checks.

-- What can be claimed is grouped by queue and operation, so that a claim never walks over jobs that it may not take.
CREATE TABLE lanes (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    queue text COLLATE "C" NOT NULL,
    operation text COLLATE "C" NOT NULL,
    UNIQUE (queue, operation)
);

CREATE TABLE owners (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    issuer text COLLATE "C" NOT NULL,
    subject text COLLATE "C" NOT NULL,
    UNIQUE (issuer, subject)
);

-- Eight-byte columns first, so that none needs padding. A row is written thrice in its life, at submission, claim and end, and with it its entry in
-- each index that holds the row in its new phase: jobs_guid and one other. Room is left on each page for heartbeats, whose columns no index holds.
-- Large arguments and results stand apart, and are not written again when the job moves.
CREATE TABLE jobs (
    guid uuid NOT NULL,
    id bigint GENERATED ALWAYS AS IDENTITY,     -- the order of submission
    lane bigint NOT NULL,
    owner bigint NOT NULL,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    run_at bigint NOT NULL,
    timeout_ms bigint NOT NULL,
    used_ms bigint NOT NULL DEFAULT 0,
    started_at bigint,
    run_started_at bigint,
    finished_at bigint,
    expires_at bigint,
    nonce bigint,
    lease_ms bigint,
    holder bigint,                              -- who took the lease, of owners; null for a run in process
    lease_expires_at bigint,
    cancel_requested_at bigint,
    run integer NOT NULL DEFAULT 0,
    attempt integer NOT NULL DEFAULT 0,
    attempts_spent integer NOT NULL DEFAULT 0,
    attempts_forgiven integer NOT NULL DEFAULT 0,
    max_attempts integer NOT NULL,
    lost_runs integer NOT NULL DEFAULT 0,
    progress_percent integer,
    phase smallint NOT NULL CHECK (phase BETWEEN 1 AND 11 AND phase NOT IN (5, 6)),
    priority smallint NOT NULL,
    polled boolean NOT NULL DEFAULT false,
    worker text,
    errors text,                                -- JSON
    progress_message bytea,
    warnings bytea[],
    arguments bytea,
    result bytea,
    request_id text,
    traceparent text,
    resource_guid bytea,
    idempotency text COLLATE "C",               -- its idempotency key, for as long as that is held
    details text,                               -- JSON: backoff, resource, labels, annotations; null where all are the default
    CHECK ((phase = 7) = (nonce IS NOT NULL)),
    CHECK ((phase >= 8) = (finished_at IS NOT NULL))
) WITH (
    fillfactor = 85, toast_tuple_target = 1024,
    autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000, autovacuum_analyze_scale_factor = 0.05
);

-- FindStatus, Find, every statement of a running job; lists of everything, as guids sort by created_at. Versions of a row have their entries side
-- by side: room for them spares splitting pages and looking for dead ones.
CREATE UNIQUE INDEX jobs_guid ON jobs (guid) WITH (fillfactor = 45, deduplicate_items = off);

-- Claim, CountQueues, OldestWaiting.
CREATE INDEX jobs_claimable ON jobs (lane, priority, run_at, id) WHERE phase IN (1, 2);

-- CountQueues.
CREATE INDEX jobs_poll_due ON jobs (lane) WHERE phase = 2;

-- PromoteDue, NextDue.
CREATE INDEX jobs_waiting ON jobs (run_at) WHERE phase IN (3, 4);

-- CountQueues.
CREATE INDEX jobs_waiting_in_lane ON jobs (lane, phase) WHERE phase IN (3, 4);

-- ExpireUnstarted, NextDue.
CREATE INDEX jobs_expiring ON jobs (expires_at) WHERE expires_at IS NOT NULL AND started_at IS NULL AND phase < 7;

-- FindOverdue, FindStops, ListWorkers, CountQueues, ClaimLimited.
CREATE INDEX jobs_running ON jobs (lane, run_started_at) WHERE phase = 7;

-- SubmitChecked counts what an owner has open. That an owner is there says nothing but that only statements which name an owner are served: no claim.
CREATE INDEX jobs_open ON jobs (owner) WHERE phase < 7 AND owner IS NOT NULL;

-- Prune, CountQueues.
CREATE INDEX jobs_ended ON jobs (lane, phase, finished_at) WHERE phase >= 8;

-- Lists by resource.
CREATE INDEX jobs_resource ON jobs (resource_guid) WHERE resource_guid IS NOT NULL;

-- Lists of one owner's jobs. Apart from jobs, as a further index there would be written again at each move; many a row, as a row of its own would be a
-- quarter of what a job costs that comes with others.
CREATE TABLE owned (
    owner bigint NOT NULL,
    created_at bigint NOT NULL,
    id bigint GENERATED ALWAYS AS IDENTITY,
    jobs uuid[] NOT NULL,
    PRIMARY KEY (owner, created_at, id)
);

-- Runs that left something to tell that the job's own row does not hold.
CREATE TABLE runs (
    job uuid NOT NULL,
    run integer NOT NULL,
    attempt integer NOT NULL,
    started_at bigint NOT NULL,
    ended_at bigint,
    outcome text,
    errors text,
    worker text,
    log bytea,
    exception bytea,
    nonce bigint,                               -- of an ended run whose lease had a holder: the lease,
    holder bigint,
    action bytea,                               -- the action that ended it, null if it was taken back,
    job_after text,                             -- and the job right after that
    PRIMARY KEY (job, run)
);

CREATE TABLE labels (
    job uuid NOT NULL,
    key text COLLATE "C" NOT NULL,
    value text COLLATE "C" NOT NULL,
    PRIMARY KEY (job, key)
);

-- Label selectors.
CREATE INDEX labels_value ON labels (key, value);

-- jobs: the guids submitted under the key, in order.
CREATE TABLE idempotency_keys (
    owner bigint NOT NULL,
    key text COLLATE "C" NOT NULL,
    fingerprint bytea NOT NULL,
    jobs uuid[] NOT NULL,
    PRIMARY KEY (owner, key)
);

-- Queues that have been paused.
CREATE TABLE queues (
    name text COLLATE "C" PRIMARY KEY,
    paused_since bigint,
    paused_by bytea,
    pause_reason bytea
);

-- Signs of life. holder: whose token it leases with, of owners; 0: a node. queues: null for all.
CREATE TABLE workers (
    name text COLLATE "C" NOT NULL,
    holder bigint NOT NULL,
    queues text[],
    operations text[] NOT NULL,
    version text,
    seen_at bigint NOT NULL,
    live_until bigint NOT NULL,
    PRIMARY KEY (name, holder)
) WITH (fillfactor = 50);

CREATE TABLE secrets (
    name text COLLATE "C" PRIMARY KEY,
    value bytea NOT NULL
);

-- When the store was last proved writable, when it was last out of a node's reach, and when last a node came that found no other: leases that could not
-- be extended then count against nobody.
CREATE TABLE health (
    id integer PRIMARY KEY CHECK (id = 1),
    written_at bigint NOT NULL,
    lost_at bigint NOT NULL,
    back_at bigint NOT NULL,
    first_node_at bigint NOT NULL
) WITH (fillfactor = 50);

INSERT INTO health (id, written_at, lost_at, back_at, first_node_at) VALUES (1, 0, 0, 0, 0);
