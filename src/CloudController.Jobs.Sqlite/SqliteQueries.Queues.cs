namespace CloudController.Jobs.Sqlite;

/// <summary>Queues and operations: what they hold, their pauses and limits.</summary>
internal static partial class SqliteQueries
{
    /// <summary>Queues that have been paused or limited: few.</summary>
    public const string AllQueues = """
        SELECT name, paused_since, paused_by, pause_reason, concurrency, rate_count, rate_seconds, limits_changed_at, limits_changed_by
        FROM queues ORDER BY name
        """;

    /// <summary>Changes a queue's limits. Served by the table's own key.</summary>
    public const string LimitQueue = """
        INSERT INTO queues (name, concurrency, rate_count, rate_seconds, limits_changed_at, limits_changed_by)
        VALUES (@name, @concurrency, @count, @seconds, @at, @by)
        ON CONFLICT (name) DO UPDATE
        SET concurrency = iif(@changes_concurrency, excluded.concurrency, concurrency), rate_count = iif(@changes_rate, excluded.rate_count, rate_count),
            rate_seconds = iif(@changes_rate, excluded.rate_seconds, rate_seconds), limits_changed_at = excluded.limits_changed_at,
            limits_changed_by = excluded.limits_changed_by
        """;

    /// <summary>Forgets when jobs of a queue have started, unless its rate is this one. Served by the tables' own keys.</summary>
    public const string ForgetOtherStarts = """
        DELETE FROM queue_starts WHERE queue = @name AND NOT EXISTS (
            SELECT 1 FROM queues WHERE name = @name AND rate_count = @count AND rate_seconds = @seconds)
        """;

    /// <summary>How many jobs of a queue run, counted up to a limit. Served by the unique index of lanes and by <c>jobs_between</c>.</summary>
    public const string CountRunning = """
        SELECT count(*) FROM (
            SELECT 1 FROM lanes CROSS JOIN jobs INDEXED BY jobs_between ON phase BETWEEN 2 AND 7 AND jobs.lane = lanes.id AND phase = 7
            WHERE lanes.queue = @queue LIMIT @limit)
        """;

    /// <summary>How many jobs of a queue have started within a time, and when the first of them did. Served by the table's own key.</summary>
    public const string CountStarts = "SELECT coalesce(sum(starts), 0), min(at) FROM queue_starts WHERE queue = @queue AND at > @after AND at <= @until";

    /// <summary>Remembers that jobs of a queue have started. Served by the table's own key.</summary>
    public const string AddStarts = """
        INSERT INTO queue_starts (queue, at, starts) VALUES (@queue, @at, @starts) ON CONFLICT (queue, at) DO UPDATE SET starts = starts + excluded.starts
        """;

    /// <summary>Forgets what started too long ago to matter. Served by the table's own key.</summary>
    public const string ForgetStarts = "DELETE FROM queue_starts WHERE queue = @queue AND at <= @after";

    /// <summary>Pauses a queue, unless it is paused already.</summary>
    public const string PauseQueue = """
        INSERT INTO queues (name, paused_since, paused_by, pause_reason) VALUES (@name, @since, @by, @reason)
        ON CONFLICT (name) DO UPDATE SET paused_since = excluded.paused_since, paused_by = excluded.paused_by, pause_reason = excluded.pause_reason
        WHERE paused_since IS NULL
        """;

    /// <summary>Resumes a queue. Served by the table's own key.</summary>
    public const string ResumeQueue = "UPDATE queues SET paused_since = NULL, paused_by = NULL, pause_reason = NULL WHERE name = @name";

    /// <summary>Operations that have been paused: few.</summary>
    public const string AllOperations = "SELECT name, paused_since, paused_by, pause_reason FROM operations ORDER BY name";

    /// <summary>Pauses an operation, unless it is paused already.</summary>
    public const string PauseOperation = """
        INSERT INTO operations (name, paused_since, paused_by, pause_reason) VALUES (@name, @since, @by, @reason)
        ON CONFLICT (name) DO UPDATE SET paused_since = excluded.paused_since, paused_by = excluded.paused_by, pause_reason = excluded.pause_reason
        WHERE paused_since IS NULL
        """;

    /// <summary>Resumes an operation. Served by the table's own key.</summary>
    public const string ResumeOperation = "UPDATE operations SET paused_since = NULL, paused_by = NULL, pause_reason = NULL WHERE name = @name";

    /// <summary>How many jobs of a lane can be claimed, counted up to a limit. Served by <c>jobs_claimable</c> alone.</summary>
    public const string CountClaimable =
        "SELECT count(*) FROM (SELECT 1 FROM jobs INDEXED BY jobs_claimable WHERE phase IN (1, 2) AND lane = @lane LIMIT @limit)";

    /// <summary>How many jobs of a lane stand in a phase from 2 to 7, counted up to a limit. Served by <c>jobs_between</c> alone.</summary>
    public const string CountBetween = """
        SELECT count(*) FROM (
            SELECT 1 FROM jobs INDEXED BY jobs_between WHERE phase BETWEEN 2 AND 7 AND lane = @lane AND phase = @phase LIMIT @limit)
        """;

    /// <summary>How many jobs of a lane ended in a phase, counted up to a limit. Served by <c>jobs_ended</c> alone.</summary>
    public const string CountEnded =
        "SELECT count(*) FROM (SELECT 1 FROM jobs INDEXED BY jobs_ended WHERE phase >= 8 AND lane = @lane AND phase = @phase LIMIT @limit)";

    /// <summary>The first job of a lane's next priority: each priority's first is its oldest. Served by <c>jobs_claimable</c> alone.</summary>
    public const string NextPriority = """
        SELECT priority, run_at FROM jobs INDEXED BY jobs_claimable
        WHERE phase IN (1, 2) AND lane = @lane AND priority > @priority
        ORDER BY priority, run_at
        LIMIT 1
        """;
}
