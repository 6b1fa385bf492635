namespace CloudController.Jobs.PostgreSql;

/// <summary>What is done to jobs by hand.</summary>
internal sealed partial class PostgreSqlQueries
{
    /// <summary>Jobs that are about to be changed. Served by <c>jobs_guid</c>.</summary>
    public string FindToChange { get; } = $"""
        SELECT {JobColumns}, {Now} FROM "{schema}".jobs WHERE guid = ANY(@guids) ORDER BY guid FOR NO KEY UPDATE
        """;

    /// <summary>Ends jobs that wait. Served by <c>jobs_guid</c>.</summary>
    public string Cancel { get; } = $"""
        UPDATE "{schema}".jobs SET phase = 10, finished_at = @at, updated_at = @at, errors = @errors, polled = false
        WHERE guid = ANY(@guids) AND phase < 7
        """;

    /// <summary>Asks running jobs to stop. Served by <c>jobs_guid</c>.</summary>
    public string RequestCancel { get; } = $"""
        UPDATE "{schema}".jobs SET cancel_requested_at = @at, updated_at = @at
        WHERE guid = ANY(@guids) AND phase = 7 AND cancel_requested_at IS NULL
        """;

    /// <summary>Lets ended jobs run again. Served by <c>jobs_guid</c>.</summary>
    public string Retry { get; } = $"""
        UPDATE "{schema}".jobs
        SET phase = 1, run_at = @at, attempts_forgiven = attempts_spent, lost_runs = 0, polled = false, used_ms = 0, started_at = NULL,
            finished_at = NULL, expires_at = CASE WHEN expires_at > @at THEN expires_at END, cancel_requested_at = NULL, errors = NULL,
            updated_at = @at, callback_end = callback_end + 1, callback_due_at = CASE WHEN callback_host IS NOT NULL THEN 0 END
        WHERE guid = ANY(@guids) AND phase >= 9
        """;

    /// <summary>Forgets ended jobs with all that belongs to them. Served by <c>jobs_guid</c> and the tables' own keys.</summary>
    public string Delete { get; } = $"""
        WITH gone AS (
            DELETE FROM "{schema}".jobs WHERE guid = ANY(@guids) AND phase >= 8 RETURNING guid, owner, created_at, idempotency),
        {ForgetWhatBelongsTo(schema)}
        SELECT guid FROM gone
        """;

    // A row of owned that two at once take jobs from is read again by the second, so that none stays in it; at worst the row stays, empty.
    private static string ForgetWhatBelongsTo(string schema) => $"""
        owned_with AS MATERIALIZED (
            SELECT owner, created_at, id, NOT EXISTS (SELECT FROM unnest(jobs) AS job WHERE job NOT IN (SELECT guid FROM gone)) AS is_gone
            FROM "{schema}".owned WHERE (owner, created_at) IN (SELECT owner, created_at FROM gone)
            ORDER BY owner, created_at, id),
        gone_owned AS (
            DELETE FROM "{schema}".owned USING owned_with AS found
            WHERE is_gone AND owned.owner = found.owner AND owned.created_at = found.created_at AND owned.id = found.id),
        left_owned AS (
            UPDATE "{schema}".owned SET jobs = ARRAY(SELECT job FROM unnest(owned.jobs) AS job WHERE job NOT IN (SELECT guid FROM gone))
            FROM owned_with AS found
            WHERE NOT is_gone AND owned.owner = found.owner AND owned.created_at = found.created_at AND owned.id = found.id),
        gone_runs AS (DELETE FROM "{schema}".runs USING gone WHERE runs.job = gone.guid),
        gone_failures AS (DELETE FROM "{schema}".failures USING gone WHERE failures.job = gone.guid),
        gone_labels AS (DELETE FROM "{schema}".labels USING gone WHERE labels.job = gone.guid),
        gone_keys AS (
            DELETE FROM "{schema}".idempotency_keys AS held USING gone WHERE held.owner = gone.owner AND held.key = gone.idempotency)
        """;
}
