namespace CloudController.Jobs.PostgreSql;

/// <summary>What a move from another store writes.</summary>
internal sealed partial class PostgreSqlQueries
{
    /// <summary>Whether a store was ever moved here: only then there is a table that tells of it.</summary>
    public string HasMoves => $"SELECT to_regclass('{Schema}.moves') IS NOT NULL";

    /// <summary>Makes the table that tells of moves to here. No step of the schema: most schemas never see one.</summary>
    public string CreateMoves => $"""
        CREATE TABLE IF NOT EXISTS {Schema}.moves (
            token uuid PRIMARY KEY, place bigint NOT NULL DEFAULT 0, started_at timestamptz NOT NULL DEFAULT now(), finished_at timestamptz)
        """;

    /// <summary>The last move to here.</summary>
    public string FindMove => $"SELECT token, place, finished_at IS NOT NULL FROM {Schema}.moves ORDER BY started_at DESC LIMIT 1";

    /// <summary>A move begins; until it is finished, no node works here.</summary>
    public string BeginMove => $"INSERT INTO {Schema}.moves (token) VALUES (@token)";

    /// <summary>How far a move has come: everything up to this place is held here. Nothing if another went on with it, or took its place.</summary>
    public string AdvanceMove => $"""
        UPDATE {Schema}.moves SET place = @place WHERE token = @token AND place = @after AND finished_at IS NULL RETURNING place
        """;

    /// <summary>Nodes may work here from now on.</summary>
    public string FinishMove => $"UPDATE {Schema}.moves SET finished_at = now() WHERE token = @token AND finished_at IS NULL";

    /// <summary>Whether anything was submitted here, and whether anyone works here.</summary>
    public string IsOccupied => $"""
        SELECT EXISTS (SELECT FROM {Schema}.jobs) OR EXISTS (SELECT FROM {Schema}.idempotency_keys),
            EXISTS (SELECT FROM {Schema}.workers WHERE live_until > floor(extract(epoch FROM now()) * 1000))
        """;

    /// <summary>Forgets what an unfinished move left.</summary>
    public string ForgetMoves => $"TRUNCATE {Schema}.jobs, {Schema}.owned, {Schema}.runs, {Schema}.failures, {Schema}.labels, {Schema}.idempotency_keys, {Schema}.moves";

    /// <summary>Keeps jobs as they are; their places in the order of submission, too.</summary>
    public string CopyJobs => $"""
        COPY {Schema}.jobs (guid, id, lane, owner, created_at, updated_at, run_at, timeout_ms, used_ms, started_at, run_started_at, finished_at,
            expires_at, nonce, lease_ms, holder, lease_expires_at, cancel_requested_at, run, attempt, attempts_spent, attempts_forgiven, max_attempts, lost_runs,
            progress_percent, phase, priority, polled, worker, errors, progress_message, warnings, arguments, result, request_id, traceparent,
            resource_guid, idempotency, details, callback_host, callback_due_at, callback_end, callbacks)
        FROM STDIN (FORMAT BINARY)
        """;

    /// <summary>Keeps whose jobs are whose.</summary>
    public string CopyOwned => $"COPY {Schema}.owned (owner, created_at, jobs) FROM STDIN (FORMAT BINARY)";

    /// <summary>Keeps runs as they are.</summary>
    public string CopyRuns => $"""
        COPY {Schema}.runs (job, run, attempt, started_at, ended_at, outcome, errors, worker, log, exception, nonce, holder, action, job_after, log_lines)
        FROM STDIN (FORMAT BINARY)
        """;

    /// <summary>Keeps which runs failed, and how.</summary>
    public string CopyFailures => $"COPY {Schema}.failures (job, run, lane, ended_at, kind) FROM STDIN (FORMAT BINARY)";

    /// <summary>Keeps labels as they are.</summary>
    public string CopyLabels => $"COPY {Schema}.labels (job, key, value) FROM STDIN (FORMAT BINARY)";

    /// <summary>Keeps idempotency keys as they are.</summary>
    public string CopyKeys => $"COPY {Schema}.idempotency_keys (owner, key, fingerprint, jobs) FROM STDIN (FORMAT BINARY)";

    /// <summary>Keeps a queue that has been paused or limited.</summary>
    public string KeepQueue => $"""
        INSERT INTO {Schema}.queues (
            name, paused_since, paused_by, pause_reason, concurrency, rate_count, rate_seconds, limits_changed_at, limits_changed_by)
        VALUES (@name, @since, @by, @reason, @concurrency, @count, @seconds, @changed_at, @changed_by)
        ON CONFLICT (name) DO UPDATE SET paused_since = excluded.paused_since, paused_by = excluded.paused_by, pause_reason = excluded.pause_reason,
            concurrency = excluded.concurrency, rate_count = excluded.rate_count, rate_seconds = excluded.rate_seconds,
            limits_changed_at = excluded.limits_changed_at, limits_changed_by = excluded.limits_changed_by
        """;

    /// <summary>Keeps an operation that has been paused.</summary>
    public string KeepOperation => $"""
        INSERT INTO {Schema}.operations (name, paused_since, paused_by, pause_reason) VALUES (@name, @since, @by, @reason)
        ON CONFLICT (name) DO UPDATE SET paused_since = excluded.paused_since, paused_by = excluded.paused_by, pause_reason = excluded.pause_reason
        """;

    /// <summary>Keeps when jobs of a queue have started.</summary>
    public string KeepStarts => $"""
        INSERT INTO {Schema}.queue_starts (queue, at, starts) VALUES (@queue, @at, @starts)
        ON CONFLICT (queue, at) DO UPDATE SET starts = excluded.starts
        """;

    /// <summary>Keeps a secret in the place of one that may have been made here.</summary>
    public string KeepSecret => $"""
        INSERT INTO {Schema}.secrets (name, value) VALUES (@name, @value) ON CONFLICT (name) DO UPDATE SET value = excluded.value
        """;

    /// <summary>Keeps what happened within a minute.</summary>
    public string KeepActivity => $"""
        INSERT INTO {Schema}.activity (minute, finished, failed, picked_up, pickup_ms, longest_pickup_ms)
        VALUES (@minute, @finished, @failed, @picked_up, @pickup_ms, @longest_pickup_ms)
        ON CONFLICT (minute) DO UPDATE SET finished = excluded.finished, failed = excluded.failed, picked_up = excluded.picked_up,
            pickup_ms = excluded.pickup_ms, longest_pickup_ms = excluded.longest_pickup_ms
        """;

    /// <summary>How much is held.</summary>
    public string CountMoved => $"""
        SELECT (SELECT count(*) FROM {Schema}.jobs), (SELECT count(*) FROM {Schema}.runs), (SELECT count(*) FROM {Schema}.labels),
            (SELECT count(*) FROM {Schema}.idempotency_keys)
        """;

    /// <summary>Jobs submitted from now on come after those that were moved.</summary>
    public string ContinuePlaces => $"""
        SELECT setval(pg_get_serial_sequence('{Schema}.jobs', 'id'), greatest(
            (SELECT last_value FROM pg_sequences WHERE schemaname = '{schema}' AND sequencename = 'jobs_id_seq'),
            (SELECT max(id) FROM {Schema}.jobs), 1))
        """;

    /// <summary>Lets the planner know what came.</summary>
    public string AnalyzeMoved => $"ANALYZE {Schema}.jobs, {Schema}.owned, {Schema}.runs, {Schema}.labels, {Schema}.idempotency_keys";
}
