namespace CloudController.Jobs.Sqlite;

/// <summary>The statements of a move to another store. Parameters are bound in the order in which a statement first names them.</summary>
internal static class SqliteMoveQueries
{
    /// <summary>Whether a move was ever begun: only then there is a table that tells of it.</summary>
    public const string HasMove = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'move'";

    /// <summary>The move of this store.</summary>
    public const string FindMove = "SELECT token, target, finished_at FROM move WHERE id = 1";

    /// <summary>Makes the table that tells of a move. No step of the schema: most stores never move.</summary>
    public const string CreateMove = """
        CREATE TABLE IF NOT EXISTS move (
            id INTEGER PRIMARY KEY CHECK (id = 1), token BLOB NOT NULL, target TEXT NOT NULL, started_at INTEGER NOT NULL, finished_at INTEGER) STRICT
        """;

    /// <summary>From now on the store does not start.</summary>
    public const string BeginMove =
        "INSERT OR REPLACE INTO move (id, token, target, started_at) VALUES (1, @token, @target, @now)";

    /// <summary>The store is held elsewhere from now on.</summary>
    public const string FinishMove = "UPDATE move SET finished_at = @now WHERE id = 1 AND finished_at IS NULL";

    /// <summary>The store starts again.</summary>
    public const string GiveUpMove = "DELETE FROM move WHERE id = 1 AND finished_at IS NULL";

    /// <summary>How much there is to move.</summary>
    public const string CountToMove = """
        SELECT (SELECT count(*) FROM jobs), (SELECT count(*) FROM runs), (SELECT count(*) FROM labels), (SELECT count(*) FROM idempotency_keys)
        """;

    /// <summary>Served by the table's own key.</summary>
    public const string CountMovedJobs = "SELECT count(*) FROM jobs WHERE id <= @place";

    /// <summary>Jobs in the order of submission, from a place on. Served by the table's own key.</summary>
    public const string JobsToMove =
        $"SELECT {SqliteQueries.JobColumns}, holder, lease_ms, callback_due_at, callback_end FROM jobs WHERE jobs.id > @after ORDER BY jobs.id";

    /// <summary>Served by the table's own key.</summary>
    public const string RunsToMove = """
        SELECT run, attempt, started_at, ended_at, outcome, errors, worker, log, exception, nonce, holder, action, job_after, log_lines, failure
        FROM runs WHERE job = @job ORDER BY run
        """;

    /// <summary>Served by the table's own key.</summary>
    public const string LabelsToMove = "SELECT key, value FROM labels WHERE job = @job";

    /// <summary>Every secret: few.</summary>
    public const string AllSecrets = "SELECT name, value FROM secrets";

    /// <summary>When jobs of queues with a rate have started lately: few.</summary>
    public const string AllStarts = "SELECT queue, at, starts FROM queue_starts";

    /// <summary>What happened within each minute: two days.</summary>
    public const string AllActivity = "SELECT minute, finished, failed, picked_up, pickup_ms, longest_pickup_ms FROM activity";
}
