namespace CloudController.Jobs.Sqlite;

/// <summary>What falls due, is overdue or old.</summary>
internal static partial class SqliteQueries
{
    /// <summary>Jobs whose time has come, the earliest first. Served by <c>jobs_waiting</c>.</summary>
    public const string FindDue = """
        SELECT id, guid, phase FROM jobs INDEXED BY jobs_waiting WHERE phase IN (3, 4) AND run_at <= @now ORDER BY run_at LIMIT @limit
        """;

    /// <summary>Makes one claimable. Served by the table's own key.</summary>
    public const string MakeDue = "UPDATE jobs SET phase = @phase, updated_at = @now WHERE id = @id";

    /// <summary>Jobs that had not started in time, the earliest first. Served by <c>jobs_expiring</c>.</summary>
    public const string FindExpired = """
        SELECT id, guid, owner FROM jobs INDEXED BY jobs_expiring
        WHERE expires_at IS NOT NULL AND started_at IS NULL AND phase < 7 AND expires_at <= @now
        ORDER BY expires_at
        LIMIT @limit
        """;

    /// <summary>When the next job's time comes. Served by <c>jobs_waiting</c> alone.</summary>
    public const string NextDue = "SELECT run_at FROM jobs INDEXED BY jobs_waiting WHERE phase IN (3, 4) ORDER BY run_at LIMIT 1";

    /// <summary>When the next job expires. Served by <c>jobs_expiring</c> alone.</summary>
    public const string NextExpiry = """
        SELECT expires_at FROM jobs INDEXED BY jobs_expiring
        WHERE expires_at IS NOT NULL AND started_at IS NULL AND phase < 7
        ORDER BY expires_at
        LIMIT 1
        """;

    /// <summary>Runs that must be ended without their worker's word. Served by <c>jobs_between</c>, of which it reads every running job: leases, which
    /// move at each heartbeat, stand in no index.</summary>
    public const string FindOverdue = $"""
        SELECT {JobColumns}, holder, lease_ms FROM jobs INDEXED BY jobs_between
        WHERE phase BETWEEN 2 AND 7 AND phase = 7 AND (lease_expires_at <= @now OR deadline_at <= @now OR cancel_requested_at <= @cancelled_by)
        """;

    /// <summary>Makes the leases that an earlier process had itself overdue: the store belongs to one process, so their workers are gone. Served by
    /// <c>jobs_between</c>.</summary>
    public const string ReleaseToRescue = """
        UPDATE jobs INDEXED BY jobs_between SET lease_expires_at = min(lease_expires_at, @now)
        WHERE phase BETWEEN 2 AND 7 AND phase = 7 AND holder IS NULL
        """;

    /// <summary>The next lane that holds ended jobs: one step of a loose index scan. Served by <c>jobs_ended</c> alone.</summary>
    public const string NextEndedLane =
        "SELECT lane FROM jobs INDEXED BY jobs_ended WHERE phase >= 8 AND lane > @lane ORDER BY lane LIMIT 1";

    /// <summary>Jobs of a lane that ended in a phase too long ago, the oldest first. Served by <c>jobs_ended</c> alone.</summary>
    public const string FindPrunable = """
        SELECT id FROM jobs INDEXED BY jobs_ended
        WHERE phase >= 8 AND lane = @lane AND phase = @phase AND finished_at < @before
        ORDER BY finished_at
        LIMIT @limit
        """;

    /// <summary>A job that ended too long ago, if it still is one. Served by the table's own key.</summary>
    public const string FindEnded = "SELECT owner, idempotency, guid FROM jobs WHERE id = @id AND phase = @phase AND finished_at < @before";

    /// <summary>Adds to what happened within a minute.</summary>
    public const string AddActivity = """
        INSERT INTO activity (minute, finished, failed, picked_up, pickup_ms, longest_pickup_ms)
        VALUES (@minute, @finished, @failed, @picked_up, @pickup_ms, @longest_pickup_ms)
        ON CONFLICT (minute) DO UPDATE SET finished = finished + excluded.finished, failed = failed + excluded.failed,
            picked_up = picked_up + excluded.picked_up, pickup_ms = pickup_ms + excluded.pickup_ms,
            longest_pickup_ms = max(longest_pickup_ms, excluded.longest_pickup_ms)
        """;

    /// <summary>Forgets minutes. Served by the table's own key.</summary>
    public const string PruneActivity = "DELETE FROM activity WHERE minute < @before";

    /// <summary>The minutes since one. Served by the table's own key.</summary>
    public const string ListActivity =
        "SELECT minute, finished, failed, picked_up, pickup_ms, longest_pickup_ms FROM activity WHERE minute >= @since ORDER BY minute";

    /// <summary>Served by the table's own key.</summary>
    public const string FindSecret = "SELECT value FROM secrets WHERE name = @name";

    /// <summary>Keeps a secret, unless there is one already.</summary>
    public const string InsertSecret = "INSERT OR IGNORE INTO secrets (name, value) VALUES (@name, @value)";

    /// <summary>Proves that the store can be read.</summary>
    public const string ReadProbe = "SELECT written_at FROM probe WHERE id = 1";

    /// <summary>Proves that the store can be written.</summary>
    public const string WriteProbe = "INSERT OR REPLACE INTO probe (id, written_at) VALUES (1, @now)";
}
