namespace CloudController.Jobs.PostgreSql;

/// <summary>How ends are told.</summary>
internal sealed partial class PostgreSqlQueries
{
    /// <summary>Gives this node ends that are due to be told, those due longest first, but for those of some hosts and owners, which it walks over. Served by
    /// <c>jobs_callback</c>.</summary>
    public string ClaimCallbacks { get; } = $"""
        WITH due AS MATERIALIZED (
            SELECT guid FROM "{schema}".jobs
            WHERE callback_due_at IS NOT NULL AND phase >= 8 AND callback_due_at <= {Now} AND callback_host <> ALL(@except)
                AND owner <> ALL(ARRAY(
                    SELECT id FROM "{schema}".owners JOIN unnest(@issuers, @subjects) AS busy (issuer, subject)
                        ON owners.issuer = busy.issuer AND owners.subject = busy.subject))
            ORDER BY callback_due_at
            LIMIT @limit
            FOR NO KEY UPDATE SKIP LOCKED)
        UPDATE "{schema}".jobs SET callback_due_at = {Now} + @lease
        WHERE guid = ANY(ARRAY(SELECT guid FROM due))
        RETURNING {JobColumns}, {Bodies}, jobs.callback_end, jobs.callback_due_at
        """;

    /// <summary>Keeps what a try came to, if the end is still this node's, or the job was retried since. Served by <c>jobs_guid</c>.</summary>
    public string RecordCallback { get; } = $"""
        UPDATE "{schema}".jobs
        SET callbacks = @callbacks,
            callback_due_at = CASE WHEN callback_due_at = @claimed AND callback_end = @end THEN {Now} + @again ELSE callback_due_at END
        WHERE guid = @guid AND ((callback_due_at = @claimed AND callback_end = @end) OR callback_due_at = 0)
        RETURNING jobs.guid
        """;
}
