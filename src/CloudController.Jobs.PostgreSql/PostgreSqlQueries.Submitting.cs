namespace CloudController.Jobs.PostgreSql;

/// <summary>New jobs.</summary>
internal sealed partial class PostgreSqlQueries
{
    private const string SubmittedColumns = """
        guid, phase, created_at, updated_at, run_at, max_attempts, lane, owner, priority, expires_at, timeout_ms, arguments, request_id, traceparent,
        resource_guid, idempotency, details, callback_host, callback_due_at
        """;

    private const string SubmittedValues = """
        guid, phase, created_at, created_at, run_at, max_attempts, lane, owner, priority, expires_at, timeout_ms, arguments, request_id, traceparent,
        resource_guid, key, details, callback_host, CASE WHEN callback_host IS NOT NULL THEN 0 END
        """;

    // What several jobs have in common is sent once: 0.8 of the time that an array for each column takes, measured.
    private const string SubmittedJobs = """
        unnest(@guids, @arguments, @resource_guids, @keys, @shares) WITH ORDINALITY AS given (guid, arguments, resource_guid, key, share, place)
        JOIN unnest(@phases, @created_ats, @run_ats, @max_attempts, @lanes, @owners, @priorities, @expires_ats, @timeouts, @request_ids, @traceparents,
            @details, @callback_hosts) WITH ORDINALITY AS shared (phase, created_at, run_at, max_attempts, lane, owner, priority, expires_at, timeout_ms,
            request_id, traceparent, details, callback_host, share) USING (share)
        """;

    /// <summary>New jobs that nothing can refuse: no key, and their owners far from their limits.</summary>
    public string InsertJobs { get; } = $"""
        WITH made AS (
            INSERT INTO "{schema}".jobs ({SubmittedColumns}) SELECT {SubmittedValues} FROM {SubmittedJobs} ORDER BY place)
        INSERT INTO "{schema}".owned (owner, created_at, jobs) SELECT owner, created_at, (@guids)[first:last]
        FROM unnest(@owned_by, @owned_since, @owned_firsts, @owned_lasts) AS owned (owner, created_at, first, last)
        """;

    /// <summary>Held to the end of the transaction: owners near their limits submit one after another.</summary>
    public string LockOwners { get; } = $"""
        SELECT pg_advisory_xact_lock(hashtextextended('open {schema}', owner))
        FROM (SELECT DISTINCT unnest(@owners) AS owner ORDER BY owner) AS limited
        """;

    /// <summary>Holds keys that are free. One that another transaction is about to hold is waited for.</summary>
    public string InsertKeys { get; } = $"""
        INSERT INTO "{schema}".idempotency_keys (owner, key, fingerprint, jobs)
        SELECT owner, key, (array_agg(fingerprint ORDER BY place))[1], array_agg(guid ORDER BY place)
        FROM unnest(@owners, @keys, @fingerprints, @guids) WITH ORDINALITY AS given (owner, key, fingerprint, guid, place)
        WHERE key IS NOT NULL
        GROUP BY owner, key
        ORDER BY owner, key
        ON CONFLICT (owner, key) DO NOTHING
        """;

    /// <summary>New jobs, submission by submission: all of one, or none where a key stands for something else or the owner has too many open. A key
    /// stands for this submission if it holds this submission's guids. Returns every given job, under which guid it is held, whether by this call,
    /// and what its submission came to. No two submissions of one call share a key, or an owner whose open jobs are counted.</summary>
    /// <remarks>Keys are served by their table's own key, counts by <c>jobs_open</c> and <c>jobs_running</c>.</remarks>
    public string SubmitChecked { get; } = $"""
        WITH given AS MATERIALIZED (
            SELECT * FROM {SubmittedJobs}
            JOIN unnest(@submissions, @key_places, @fingerprints, @most_opens) WITH ORDINALITY
                AS checked (submission, key_place, fingerprint, most_open, place) USING (place)),
        held AS MATERIALIZED (
            SELECT given.place, held.fingerprint = given.fingerprint AS same, held.jobs[least(given.key_place, cardinality(held.jobs))] AS guid
            FROM given JOIN "{schema}".idempotency_keys AS held ON held.owner = given.owner AND held.key = given.key),
        verdicts AS MATERIALIZED (
            SELECT submission, conflict, made, most_open, CASE WHEN most_open IS NULL THEN NULL ELSE (
                SELECT count(*) FROM (
                    SELECT FROM "{schema}".jobs WHERE jobs.phase < 7 AND jobs.owner = summed.owner
                    UNION ALL SELECT FROM "{schema}".jobs WHERE jobs.phase = 7 AND jobs.owner = summed.owner
                    LIMIT most_open + 1) AS counted) END AS open
            FROM (
                SELECT submission, min(given.owner) AS owner, min(most_open) AS most_open,
                    min(given.place) FILTER (WHERE NOT held.same) AS conflict,
                    count(*) FILTER (WHERE held.guid IS NULL OR held.guid = given.guid) AS made
                FROM given LEFT JOIN held USING (place)
                GROUP BY submission) AS summed),
        accepted AS MATERIALIZED (
            SELECT submission FROM verdicts WHERE conflict IS NULL AND (made = 0 OR open IS NULL OR open + made <= most_open)),
        inserted AS (
            INSERT INTO "{schema}".jobs ({SubmittedColumns})
            SELECT {SubmittedValues} FROM (
                SELECT given.* FROM given LEFT JOIN held USING (place)
                WHERE given.submission IN (SELECT submission FROM accepted) AND (held.guid IS NULL OR held.guid = given.guid)
                ORDER BY place) AS made
            RETURNING owner, created_at, guid),
        owned AS (
            INSERT INTO "{schema}".owned (owner, created_at, jobs) SELECT owner, created_at, array_agg(guid) FROM inserted GROUP BY owner, created_at),
        freed AS (
            DELETE FROM "{schema}".idempotency_keys AS freed USING given
            WHERE freed.owner = given.owner AND freed.key = given.key AND freed.jobs[given.key_place] = given.guid
                AND given.submission NOT IN (SELECT submission FROM accepted))
        SELECT given.place, coalesce(held.guid, given.guid), held.guid IS NULL OR held.guid = given.guid, verdicts.conflict, verdicts.open,
            given.submission IN (SELECT submission FROM accepted)
        FROM given LEFT JOIN held USING (place) JOIN verdicts USING (submission)
        ORDER BY given.place
        """;

    /// <summary>Labels of those of the given jobs that are held.</summary>
    public string InsertLabels { get; } = $"""
        INSERT INTO "{schema}".labels (job, key, value)
        SELECT DISTINCT ON (job, key) job, key, value
        FROM unnest(@guids, @keys, @values) WITH ORDINALITY AS given (job, key, value, place)
        WHERE EXISTS (SELECT FROM "{schema}".jobs WHERE jobs.guid = given.job)
        ORDER BY job, key, place DESC
        """;
}
