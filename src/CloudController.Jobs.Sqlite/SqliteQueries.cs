namespace CloudController.Jobs.Sqlite;

/// <summary>Every statement of the store but listing's. Parameters are bound in the order in which a statement first names them.</summary>
internal static partial class SqliteQueries
{
    /// <summary>What <see cref="JobRow"/> reads, in its order.</summary>
    public const string JobColumns = """
        jobs.id, jobs.guid, phase, run, created_at, run_at, max_attempts, attempts_forgiven, errors, lane, owner, priority, updated_at, started_at,
        run_started_at, finished_at, expires_at, attempt, attempts_spent, lost_runs, polled, used_ms, timeout_ms, lease_expires_at,
        cancel_requested_at, progress_percent, progress_message, warnings, resource_guid, request_id, traceparent, details, bodies, lease, worker,
        idempotency, arguments, result, callbacks
        """;

    // Lanes and owners

    /// <summary>Served by the table's own key.</summary>
    public const string FindLane = "SELECT queue, operation FROM lanes WHERE id = @id";

    /// <summary>Served by the table's unique index.</summary>
    public const string FindLaneId = "SELECT id FROM lanes WHERE queue = @queue AND operation = @operation";

    /// <summary>A lane is never taken away.</summary>
    public const string InsertLane = "INSERT INTO lanes (queue, operation) VALUES (@queue, @operation)";

    /// <summary>Every lane: as many as there are pairs of queue and operation.</summary>
    public const string AllLanes = "SELECT id, queue, operation FROM lanes ORDER BY queue, operation";

    /// <summary>Served by the table's own key.</summary>
    public const string FindOwner = "SELECT issuer, subject FROM owners WHERE id = @id";

    /// <summary>Served by the table's unique index.</summary>
    public const string FindOwnerId = "SELECT id FROM owners WHERE issuer = @issuer AND subject = @subject";

    /// <summary>An owner is never taken away.</summary>
    public const string InsertOwner = "INSERT INTO owners (issuer, subject) VALUES (@issuer, @subject)";

    /// <summary>How many open jobs each owner has, from the indexes of open jobs alone: <c>jobs_claimable</c>, <c>jobs_between</c>.</summary>
    public const string CountOpen = """
        SELECT owner, count(*) FROM (
            SELECT owner FROM jobs INDEXED BY jobs_claimable WHERE phase IN (1, 2)
            UNION ALL SELECT owner FROM jobs INDEXED BY jobs_between WHERE phase BETWEEN 2 AND 7 AND phase > 2)
        GROUP BY owner
        """;
}
