namespace CloudController.Jobs.Sqlite;

/// <summary>Jobs and their runs as they are shown, and why they wait.</summary>
internal static partial class SqliteQueries
{
    /// <summary>What anyone may see, and of a job at work what it does and since when. Served by <c>jobs_guid</c>; what is read of every job stands at
    /// the front of its row.</summary>
    public const string FindStatus = """
        SELECT phase, run, created_at, run_at, max_attempts, attempts_forgiven, errors,
            CASE WHEN phase IN (2, 4, 7) THEN lane END, CASE WHEN phase IN (2, 4, 7) THEN iif(polled, started_at, run_started_at) END
        FROM jobs WHERE guid = @guid
        """;

    /// <summary>A whole job. Served by <c>jobs_guid</c>.</summary>
    public const string Find = $"SELECT {JobColumns} FROM jobs WHERE guid = @guid";

    /// <summary>A body too large for the job's own row. Served by the table's unique index.</summary>
    public const string FindPayload = "SELECT body FROM payloads WHERE job = @job AND kind = @kind";

    /// <summary>The runs of a job that its row does not hold. Served by the table's own key.</summary>
    public const string FindRuns =
        "SELECT run, attempt, started_at, ended_at, outcome, errors, worker, log, exception, log_lines FROM runs WHERE job = @job ORDER BY run";

    // Explaining

    /// <summary>A job, who has its lease, and for how long that is given. Served by <c>jobs_guid</c>.</summary>
    public const string FindSituation = $"SELECT {JobColumns}, holder, lease_ms FROM jobs WHERE guid = @guid";

    /// <summary>How many jobs of a lane are claimed before a place in its order, counted up to a limit. Served by <c>jobs_claimable</c> alone.</summary>
    public const string CountAhead = """
        SELECT count(*) FROM (
            SELECT 1 FROM jobs INDEXED BY jobs_claimable
            WHERE phase IN (1, 2) AND lane = @lane AND (priority, run_at, id) < (@priority, @run_at, @id) LIMIT @limit)
        """;

    /// <summary>The jobs of a lane that finished last. Served by <c>jobs_ended</c>.</summary>
    public const string FindFinished = """
        SELECT finished_at, started_at, run_started_at, used_ms FROM jobs INDEXED BY jobs_ended
        WHERE phase >= 8 AND lane = @lane AND phase = 8
        ORDER BY finished_at DESC
        LIMIT @limit
        """;

    /// <summary>The runs that failed last, the latest first. Served by <c>runs_failed</c>, and for its lane by the key of <c>jobs</c>.</summary>
    public const string FindFailures = """
        SELECT lane, failure, ended_at, guid, failed.run
        FROM runs AS failed INDEXED BY runs_failed CROSS JOIN jobs ON jobs.id = failed.job
        WHERE failure IS NOT NULL
        ORDER BY ended_at DESC
        LIMIT @limit
        """;

    /// <summary>One run of a job, without its logs. Served by <c>jobs_guid</c> and the table's own key.</summary>
    public const string FindFailure = """
        SELECT runs.run, runs.attempt, runs.started_at, ended_at, outcome, runs.errors, runs.worker, exception
        FROM jobs CROSS JOIN runs ON runs.job = jobs.id
        WHERE jobs.guid = @guid AND runs.run = @run
        """;
}
