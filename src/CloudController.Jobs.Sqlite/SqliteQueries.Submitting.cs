namespace CloudController.Jobs.Sqlite;

/// <summary>New jobs.</summary>
internal static partial class SqliteQueries
{
    /// <summary>Served by the table's own key.</summary>
    public const string FindKey = "SELECT fingerprint, jobs FROM idempotency_keys WHERE owner = @owner AND key = @key";

    /// <summary>Holds a key.</summary>
    public const string InsertKey = "INSERT INTO idempotency_keys (owner, key, fingerprint, jobs) VALUES (@owner, @key, @fingerprint, @jobs)";

    /// <summary>Frees a key. Served by the table's own key.</summary>
    public const string DeleteKey = "DELETE FROM idempotency_keys WHERE owner = @owner AND key = @key";

    /// <summary>A new job.</summary>
    public const string InsertJob = """
        INSERT INTO jobs (guid, phase, created_at, run_at, max_attempts, lane, owner, priority, updated_at, expires_at, timeout_ms, bodies, arguments,
            request_id, traceparent, resource_guid, idempotency, details, callback_host, callback_due_at)
        VALUES (@guid, @phase, @created_at, @run_at, @max_attempts, @lane, @owner, @priority, @updated_at, @expires_at, @timeout_ms, @bodies, @arguments,
            @request_id, @traceparent, @resource_guid, @idempotency, @details, @callback_host, iif(@callback_host IS NULL, NULL, 0))
        """;

    /// <summary>One label of a new job.</summary>
    public const string InsertLabel = "INSERT OR REPLACE INTO labels (job, key, value) VALUES (@job, @key, @value)";

    /// <summary>A body too large for the job's own row.</summary>
    public const string InsertPayload = "INSERT OR REPLACE INTO payloads (job, kind, body) VALUES (@job, @kind, @body)";
}
