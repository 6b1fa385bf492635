namespace CloudController.Jobs.Sqlite;

/// <summary>What is done to jobs by hand.</summary>
internal static partial class SqliteQueries
{
    /// <summary>Ends a job that waits. Served by the table's own key.</summary>
    public const string End = """
        UPDATE jobs SET phase = @phase, finished_at = @finished_at, updated_at = @now, errors = @errors, polled = 0 WHERE id = @id
        """;

    /// <summary>Asks a running job to stop. Served by the table's own key.</summary>
    public const string RequestCancel = "UPDATE jobs SET cancel_requested_at = @now, updated_at = @now WHERE id = @id";

    /// <summary>Lets an ended job run again. Served by the table's own key.</summary>
    public const string Retry = """
        UPDATE jobs
        SET phase = @phase, run_at = @run_at, attempts_forgiven = @attempts_forgiven, lost_runs = 0, polled = 0, used_ms = 0, started_at = NULL,
            finished_at = NULL, expires_at = @expires_at, cancel_requested_at = NULL, errors = NULL, updated_at = @now,
            callback_end = callback_end + 1, callback_due_at = iif(callback_host IS NULL, NULL, 0)
        WHERE id = @id
        """;

    /// <summary>Forgets a job's row. Served by the table's own key.</summary>
    public const string DeleteJob = "DELETE FROM jobs WHERE id = @id";

    /// <summary>Served by the table's unique index.</summary>
    public const string DeletePayloads = "DELETE FROM payloads WHERE job = @job";

    /// <summary>Served by the table's own key.</summary>
    public const string DeleteRuns = "DELETE FROM runs WHERE job = @job";

    /// <summary>Served by the table's own key.</summary>
    public const string DeleteLabels = "DELETE FROM labels WHERE job = @job";
}
