namespace CloudController.Jobs.Sqlite;

/// <summary>How ends are told.</summary>
internal static partial class SqliteQueries
{
    /// <summary>Ends that are due to be told, those due longest first, but for those of some hosts and owners, which it walks over. Served by
    /// <c>jobs_callback</c>.</summary>
    public const string FindDueCallbacks = $"""
        SELECT {JobColumns}, callback_end FROM jobs INDEXED BY jobs_callback
        WHERE callback_due_at IS NOT NULL AND phase >= 8 AND callback_due_at <= @now
            AND callback_host NOT IN (SELECT value FROM json_each(@except))
            AND owner NOT IN (
                SELECT owners.id FROM json_each(@issuers) AS issuers
                JOIN json_each(@subjects) AS subjects ON subjects.key = issuers.key
                JOIN owners ON owners.issuer = issuers.value AND owners.subject = subjects.value)
        ORDER BY callback_due_at
        LIMIT @limit
        """;

    /// <summary>Gives this node the ends that the same transaction found due. Served by the table's own key.</summary>
    public const string LeaseCallbacks = "UPDATE jobs SET callback_due_at = @until WHERE id IN (SELECT value FROM json_each(@ids))";

    /// <summary>Keeps what a try came to, if the end is still this node's, or the job was retried since. Served by <c>jobs_guid</c>.</summary>
    public const string RecordCallback = """
        UPDATE jobs
        SET callbacks = @callbacks, callback_due_at = iif(callback_due_at = @claimed AND callback_end = @end, @again, callback_due_at)
        WHERE guid = @guid AND ((callback_due_at = @claimed AND callback_end = @end) OR callback_due_at = 0)
        """;

    /// <summary>Makes due what an earlier process was about to tell, or to tell again: the store belongs to one process. Served by
    /// <c>jobs_callback</c>.</summary>
    public const string DueCallbacksNow = """
        UPDATE jobs INDEXED BY jobs_callback SET callback_due_at = min(callback_due_at, @now) WHERE callback_due_at IS NOT NULL AND phase >= 8
        """;
}
