using System.Globalization;

namespace CloudController.Jobs.PostgreSql;

/// <summary>Every statement of the store but listing's, for one schema. Names are always qualified, as a session behind a pooler keeps no search
/// path.</summary>
/// <remarks>The database's clock decides, so that nodes' clocks need not agree; tests pass <c>@now</c>. Ends and heartbeats are fenced by guid, run
/// and nonce in every statement: only a running job has a nonce. Transactions that stand in each other's way are tried again.</remarks>
internal sealed partial class PostgreSqlQueries(string schema)
{
    // A subquery is worked out once a statement; the expression alone would be for each row, at half of what an index look-up costs.
    private const string Now = "(SELECT coalesce(@now, floor(extract(epoch FROM now()) * 1000)::bigint))";

    // Where a lock was waited for first: a transaction that began earlier than another may be after it, and must see its starts in the past.
    private const string Moment = "(SELECT coalesce(@now, floor(extract(epoch FROM statement_timestamp()) * 1000)::bigint))";

    /// <summary>What <see cref="JobRow"/> reads, in its order.</summary>
    public const string JobColumns = """
        jobs.guid, jobs.id, jobs.phase, jobs.run, jobs.created_at, jobs.run_at, jobs.max_attempts, jobs.attempts_forgiven, jobs.errors, jobs.lane,
        jobs.owner, jobs.priority, jobs.updated_at, jobs.started_at, jobs.run_started_at, jobs.finished_at, jobs.expires_at, jobs.attempt,
        jobs.attempts_spent, jobs.lost_runs, jobs.polled, jobs.used_ms, jobs.timeout_ms, jobs.lease_expires_at, jobs.cancel_requested_at,
        jobs.progress_percent, jobs.progress_message, jobs.warnings, jobs.resource_guid, jobs.request_id, jobs.traceparent, jobs.details, jobs.nonce,
        jobs.worker, jobs.idempotency, jobs.holder, jobs.callbacks
        """;

    // An array whose length the planner does not know is always looked up in the index, in the order of the guids, however the tables have grown
    // since they were last analyzed. Joined alone, a table that was small a moment ago is read whole: 0.03 of the speed, measured.
    private const string IsGiven = "jobs.guid = ANY(ARRAY(SELECT unnest(@guids)))";

    private const string Bodies = "jobs.arguments, jobs.result";

    /// <summary>For the rest of the transaction: of a node that falls silent amid it, the server waits this long, then frees what it had locked. Less
    /// than the time that other nodes wait for an answer; without it, a half-open connection would hold up the rescue of its jobs for hours.</summary>
    public static string LimitSilence(int seconds) =>
        string.Create(CultureInfo.InvariantCulture, $"SET LOCAL idle_in_transaction_session_timeout = '{seconds}s'");

    /// <summary>The schema's name as it stands in a statement.</summary>
    public string Schema { get; } = $"\"{schema}\"";

    // Schema

    /// <summary>Held to the end of the transaction: one node migrates at a time. What waits for a table's lock gives up after a few seconds, so
    /// that it holds up nobody behind it.</summary>
    public string LockSchema(int seconds) => string.Create(
        CultureInfo.InvariantCulture,
        $"SELECT set_config('lock_timeout', '{seconds}s', true), pg_advisory_xact_lock(hashtextextended('migrate {schema}', 0))");

    /// <summary>Makes the schema and the table that counts its steps.</summary>
    public string CreateMigrations => $"""
        DO $$ BEGIN
            IF to_regnamespace('{schema}') IS NULL THEN CREATE SCHEMA {Schema}; END IF;
            CREATE TABLE IF NOT EXISTS {Schema}.migrations (
                version integer PRIMARY KEY, name text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now(), compatible_from integer);
        END $$
        """;

    /// <summary>Whether anything was ever applied.</summary>
    public string HasMigrations => $"SELECT to_regclass('{Schema}.migrations') IS NOT NULL";

    /// <summary>The last step applied, and the oldest version whose programs work with all that are.</summary>
    public string Version =>
        $"SELECT coalesce(max(version), 0), coalesce(max(coalesce(compatible_from, version)), 0) FROM {Schema}.migrations";

    /// <summary>For the rest of the transaction, unqualified names are this schema's.</summary>
    public string UseSchema => $"SELECT set_config('search_path', '{Schema}', true)";

    /// <summary>A step was applied.</summary>
    public string InsertMigration =>
        $"INSERT INTO {Schema}.migrations (version, name, compatible_from) VALUES (@version, @name, @compatible_from)";

    /// <summary>Takes the schema away with all that it holds.</summary>
    public string DropSchema => $"DROP SCHEMA IF EXISTS {Schema} CASCADE";

    // Lanes and owners

    /// <summary>Served by the table's own key.</summary>
    public string FindLanes { get; } = $"SELECT id, queue, operation FROM \"{schema}\".lanes WHERE id = ANY(@ids)";

    /// <summary>Makes lanes that are missing.</summary>
    public string InsertLanes { get; } = $"""
        INSERT INTO "{schema}".lanes (queue, operation)
        SELECT DISTINCT queue, operation FROM unnest(@queues, @operations) AS named (queue, operation) ORDER BY queue, operation
        ON CONFLICT DO NOTHING
        """;

    /// <summary>Served by the table's unique index.</summary>
    public string FindLaneIds { get; } = $"""
        SELECT id, lanes.queue, lanes.operation
        FROM "{schema}".lanes JOIN unnest(@queues, @operations) AS named (queue, operation)
            ON lanes.queue = named.queue AND lanes.operation = named.operation
        """;

    /// <summary>Served by the table's own key.</summary>
    public string FindOwners { get; } = $"SELECT id, issuer, subject FROM \"{schema}\".owners WHERE id = ANY(@ids)";

    /// <summary>Makes owners that are missing.</summary>
    public string InsertOwners { get; } = $"""
        INSERT INTO "{schema}".owners (issuer, subject)
        SELECT DISTINCT issuer, subject FROM unnest(@issuers, @subjects) AS named (issuer, subject) ORDER BY issuer, subject
        ON CONFLICT DO NOTHING
        """;

    /// <summary>Served by the table's unique index.</summary>
    public string FindOwnerIds { get; } = $"""
        SELECT id, owners.issuer, owners.subject
        FROM "{schema}".owners JOIN unnest(@issuers, @subjects) AS named (issuer, subject)
            ON owners.issuer = named.issuer AND owners.subject = named.subject
        """;

    // Other nodes

    /// <summary>Which server process answers: behind a pooler another than the connection was told.</summary>
    public static string ServerProcess => "SELECT pg_backend_pid()";

    /// <summary>Ends the server's processes behind connections that go by a name.</summary>
    public static string Terminate => """
        SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = @name AND pid <> pg_backend_pid()
        """;

    /// <summary>The channel on which nodes tell each other of changes.</summary>
    public string Channel { get; } = $"ccjobs {schema}";

    /// <summary>Hears of changes, on this connection.</summary>
    public string Listen => $"LISTEN \"{Channel}\"";

    /// <summary>Tells other nodes of changes, which are on the disk already: without waiting for the disk, or a replica, again.</summary>
    public static string Notify => "SELECT set_config('synchronous_commit', 'off', true), pg_notify(@channel, @message)";

    /// <summary>Tells the other nodes of what the transaction does, if it is committed.</summary>
    public static string NotifyWithin => "SELECT pg_notify(@channel, @message)";
}
