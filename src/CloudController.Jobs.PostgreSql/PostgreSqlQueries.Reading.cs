namespace CloudController.Jobs.PostgreSql;

/// <summary>Jobs and their runs as they are shown, and why they wait.</summary>
internal sealed partial class PostgreSqlQueries
{
    /// <summary>What anyone may see, and of a job at work what it does and since when. Served by <c>jobs_guid</c>.</summary>
    public string FindStatus { get; } = $"""
        SELECT phase, run, created_at, run_at, max_attempts, attempts_forgiven, errors,
            CASE WHEN phase IN (2, 4, 7) THEN lane END, CASE WHEN phase IN (2, 4, 7) THEN CASE WHEN polled THEN started_at ELSE run_started_at END END
        FROM "{schema}".jobs WHERE guid = @guid
        """;

    /// <summary>A whole job. Served by <c>jobs_guid</c>.</summary>
    public string Find { get; } = $"SELECT {JobColumns}, {Bodies} FROM \"{schema}\".jobs WHERE guid = @guid";

    /// <summary>Jobs without arguments and result. Served by <c>jobs_guid</c>.</summary>
    public string FindMany { get; } = $"SELECT {JobColumns} FROM \"{schema}\".jobs WHERE guid = ANY(@guids)";

    /// <summary>The runs of a job that its row does not hold. Served by the table's own key.</summary>
    public string FindRuns { get; } = $"""
        SELECT run, attempt, started_at, ended_at, outcome, errors, worker, log, exception, log_lines
        FROM "{schema}".runs WHERE job = @guid ORDER BY run
        """;

    /// <summary>Where followed jobs stand. Served by <c>jobs_guid</c>.</summary>
    public string FindStates { get; } = $"SELECT guid, phase, run, updated_at FROM \"{schema}\".jobs WHERE guid = ANY(@guids)";

    /// <summary>Running jobs that were asked to stop. Served by <c>jobs_running</c>.</summary>
    public string FindStops { get; } = $"SELECT guid FROM \"{schema}\".jobs WHERE phase = 7 AND cancel_requested_at IS NOT NULL";

    // Explaining

    /// <summary>A job, for how long its lease is given, the pauses that concern it, and how many of its queue are claimed before it. Served by
    /// <c>jobs_guid</c>, <c>jobs_claimable</c> and the keys of the small tables.</summary>
    public string FindSituation { get; } = $"""
        SELECT {JobColumns}, jobs.lease_ms, queues.paused_since, queues.paused_by, queues.pause_reason,
            operations.paused_since, operations.paused_by, operations.pause_reason,
            CASE WHEN jobs.phase IN (1, 2) THEN (
                SELECT count(*) FROM (
                    SELECT FROM "{schema}".lanes AS shared CROSS JOIN LATERAL (
                        SELECT FROM "{schema}".jobs AS earlier
                        WHERE earlier.lane = shared.id AND earlier.phase IN (1, 2)
                            AND (earlier.priority, earlier.run_at, earlier.id) < (jobs.priority, jobs.run_at, jobs.id)
                        LIMIT @most) AS first
                    WHERE shared.queue = own.queue AND NOT EXISTS (
                        SELECT FROM "{schema}".operations AS paused WHERE paused.name = shared.operation AND paused.paused_since IS NOT NULL)
                    LIMIT @most) AS few)
                ELSE 0 END,
            queues.concurrency, queues.rate_count, queues.rate_seconds, queues.limits_changed_at, queues.limits_changed_by,
            CASE WHEN queues.concurrency IS NOT NULL THEN {Running(schema)} ELSE 0 END, {NextStart(schema)}
        FROM "{schema}".jobs JOIN "{schema}".lanes AS own ON own.id = jobs.lane
        LEFT JOIN "{schema}".queues ON queues.name = own.queue
        LEFT JOIN "{schema}".operations ON operations.name = own.operation
        WHERE jobs.guid = @guid
        """;

    /// <summary>How long the jobs of an operation that finished last had been at work. Served by <c>jobs_ended</c>.</summary>
    public string ListDurations { get; } = $"""
        SELECT finished_at - coalesce(CASE WHEN used_ms > 0 THEN started_at ELSE run_started_at END, finished_at)
        FROM "{schema}".lanes CROSS JOIN LATERAL (
            SELECT finished_at, started_at, run_started_at, used_ms FROM "{schema}".jobs
            WHERE jobs.lane = lanes.id AND jobs.phase >= 8 AND jobs.phase = 8
            ORDER BY finished_at DESC
            LIMIT @newest) AS finished
        WHERE lanes.operation = @operation
        ORDER BY finished_at DESC
        LIMIT @newest
        """;

    /// <summary>The runs that failed last, counted by lane and kind, with the latest of each. Served by <c>failures_ended</c>.</summary>
    public string SummarizeFailures { get; } = $"""
        WITH failed AS MATERIALIZED (
            SELECT job, run, lane, ended_at, kind FROM "{schema}".failures ORDER BY ended_at DESC LIMIT @newest)
        SELECT lanes.queue, lanes.operation, counted.* FROM (
            SELECT lane, kind, count(*), min(ended_at), max(ended_at), (array_agg(job ORDER BY ended_at DESC, job, run))[1],
                (array_agg(run ORDER BY ended_at DESC, job, run))[1]
            FROM failed
            GROUP BY lane, kind) AS counted
        JOIN "{schema}".lanes ON lanes.id = counted.lane
        """;

    /// <summary>Runs of jobs, without their logs. Served by the table's own key.</summary>
    public string FindFailures { get; } = $"""
        SELECT runs.run, attempt, started_at, ended_at, outcome, errors, worker, NULL::bytea, exception, NULL::bytea, runs.job
        FROM unnest(@guids, @runs) AS given (job, run) JOIN "{schema}".runs ON runs.job = given.job AND runs.run = given.run
        """;
}
