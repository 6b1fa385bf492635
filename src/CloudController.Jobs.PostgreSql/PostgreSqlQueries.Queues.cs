namespace CloudController.Jobs.PostgreSql;

/// <summary>Queues and operations: what they hold, their pauses and limits.</summary>
internal sealed partial class PostgreSqlQueries
{
    /// <summary>Queues that have been paused or limited: few.</summary>
    public string AllQueues { get; } = $"""
        SELECT name, paused_since, paused_by, pause_reason, concurrency, rate_count, rate_seconds, limits_changed_at, limits_changed_by
        FROM "{schema}".queues WHERE @name IS NULL OR name = @name
        """;

    /// <summary>Held to the end of the transaction, as by a claim. Served by the table's own key.</summary>
    public string LockQueue { get; } = $"SELECT FROM \"{schema}\".queues WHERE name = @name FOR NO KEY UPDATE";

    /// <summary>Forgets when jobs of a queue have started, unless its rate is this one. Served by the tables' own keys.</summary>
    public string ForgetOtherStarts { get; } = $"""
        DELETE FROM "{schema}".queue_starts
        WHERE queue = @name AND @changes_rate AND NOT EXISTS (
            SELECT FROM "{schema}".queues WHERE name = @name AND rate_count = @count AND rate_seconds = @seconds)
        """;

    /// <summary>Changes a queue's limits.</summary>
    public string LimitQueue { get; } = $"""
        INSERT INTO "{schema}".queues AS kept (name, concurrency, rate_count, rate_seconds, limits_changed_at, limits_changed_by)
        VALUES (@name, @concurrency, @count, @seconds, @at, @by)
        ON CONFLICT (name) DO UPDATE
        SET concurrency = CASE WHEN @changes_concurrency THEN excluded.concurrency ELSE kept.concurrency END,
            rate_count = CASE WHEN @changes_rate THEN excluded.rate_count ELSE kept.rate_count END,
            rate_seconds = CASE WHEN @changes_rate THEN excluded.rate_seconds ELSE kept.rate_seconds END,
            limits_changed_at = excluded.limits_changed_at, limits_changed_by = excluded.limits_changed_by
        """;

    /// <summary>Pauses a queue, unless it is paused already.</summary>
    public string PauseQueue { get; } = $"""
        INSERT INTO "{schema}".queues AS kept (name, paused_since, paused_by, pause_reason) VALUES (@name, @since, @by, @reason)
        ON CONFLICT (name) DO UPDATE SET paused_since = excluded.paused_since, paused_by = excluded.paused_by, pause_reason = excluded.pause_reason
        WHERE kept.paused_since IS NULL
        """;

    /// <summary>Resumes a queue. Served by the table's own key.</summary>
    public string ResumeQueue { get; } = $"""
        UPDATE "{schema}".queues SET paused_since = NULL, paused_by = NULL, pause_reason = NULL WHERE name = @name
        """;

    /// <summary>How many jobs of each lane stand in each phase, none counted further than @most. Served by <c>jobs_claimable</c>,
    /// <c>jobs_poll_due</c>, <c>jobs_waiting_in_lane</c>, <c>jobs_running</c> and <c>jobs_ended</c>.</summary>
    public string CountQueues { get; } = Count(schema, "queue");

    /// <summary>Since when the oldest job of each queue could run: a loose index scan from priority to priority, as each one's first is its oldest.
    /// Served by <c>jobs_claimable</c> alone.</summary>
    public string OldestWaiting { get; } = Oldest(schema, "queue");

    // Operations

    /// <summary>Operations that have been paused: few.</summary>
    public string AllOperations { get; } = $"""
        SELECT name, paused_since, paused_by, pause_reason FROM "{schema}".operations WHERE @name IS NULL OR name = @name
        """;

    /// <summary>Pauses an operation, unless it is paused already.</summary>
    public string PauseOperation { get; } = $"""
        INSERT INTO "{schema}".operations AS kept (name, paused_since, paused_by, pause_reason) VALUES (@name, @since, @by, @reason)
        ON CONFLICT (name) DO UPDATE SET paused_since = excluded.paused_since, paused_by = excluded.paused_by, pause_reason = excluded.pause_reason
        WHERE kept.paused_since IS NULL
        """;

    /// <summary>Resumes an operation. Served by the table's own key.</summary>
    public string ResumeOperation { get; } = $"""
        UPDATE "{schema}".operations SET paused_since = NULL, paused_by = NULL, pause_reason = NULL WHERE name = @name
        """;

    /// <summary>As <see cref="CountQueues"/>.</summary>
    public string CountOperations { get; } = Count(schema, "operation");

    /// <summary>As <see cref="OldestWaiting"/>.</summary>
    public string OldestOperationWaiting { get; } = Oldest(schema, "operation");

    private static string Count(string schema, string name) => $"""
        SELECT lanes.{name}, counted.phase, counted.jobs
        FROM "{schema}".lanes CROSS JOIN LATERAL (
            SELECT 1 AS phase, (SELECT count(*) FROM (SELECT FROM "{schema}".jobs WHERE lane = lanes.id AND phase = 1 LIMIT @most) AS few) AS jobs
            UNION ALL SELECT 2, (SELECT count(*) FROM (SELECT FROM "{schema}".jobs WHERE lane = lanes.id AND phase = 2 LIMIT @most) AS few)
            UNION ALL SELECT 3, (SELECT count(*) FROM (SELECT FROM "{schema}".jobs WHERE lane = lanes.id AND phase = 3 LIMIT @most) AS few)
            UNION ALL SELECT 4, (SELECT count(*) FROM (SELECT FROM "{schema}".jobs WHERE lane = lanes.id AND phase = 4 LIMIT @most) AS few)
            UNION ALL SELECT 7, (SELECT count(*) FROM (SELECT FROM "{schema}".jobs WHERE lane = lanes.id AND phase = 7 LIMIT @most) AS few)
            UNION ALL SELECT 8, (SELECT count(*) FROM (SELECT FROM "{schema}".jobs WHERE lane = lanes.id AND phase = 8 LIMIT @most) AS few)
            UNION ALL SELECT 9, (SELECT count(*) FROM (SELECT FROM "{schema}".jobs WHERE lane = lanes.id AND phase = 9 LIMIT @most) AS few)
            UNION ALL SELECT 10, (SELECT count(*) FROM (SELECT FROM "{schema}".jobs WHERE lane = lanes.id AND phase = 10 LIMIT @most) AS few)
            UNION ALL SELECT 11, (SELECT count(*) FROM (SELECT FROM "{schema}".jobs WHERE lane = lanes.id AND phase = 11 LIMIT @most) AS few))
            AS counted
        WHERE (@name IS NULL OR lanes.{name} = @name) AND counted.jobs > 0
        """;

    private static string Oldest(string schema, string name) => $"""
        WITH RECURSIVE heads AS (
            SELECT lanes.id, lanes.{name}, head.priority, head.run_at
            FROM "{schema}".lanes CROSS JOIN LATERAL (
                SELECT priority, run_at FROM "{schema}".jobs
                WHERE lane = lanes.id AND phase IN (1, 2) ORDER BY priority, run_at LIMIT 1) AS head
            WHERE @name IS NULL OR lanes.{name} = @name
            UNION ALL
            SELECT heads.id, heads.{name}, head.priority, head.run_at
            FROM heads CROSS JOIN LATERAL (
                SELECT priority, run_at FROM "{schema}".jobs
                WHERE lane = heads.id AND phase IN (1, 2) AND priority > heads.priority ORDER BY priority, run_at LIMIT 1) AS head)
        SELECT {name}, min(run_at) FROM heads GROUP BY {name}
        """;
}
