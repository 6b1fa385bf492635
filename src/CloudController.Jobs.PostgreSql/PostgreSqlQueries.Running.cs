using CloudController.Jobs.Storage;

namespace CloudController.Jobs.PostgreSql;

/// <summary>Claims, ends and heartbeats of runs, and the workers behind them.</summary>
internal sealed partial class PostgreSqlQueries
{
    /// <summary>Adds warnings to jobs that run: each once, a hundred at most. Served by <c>jobs_guid</c>.</summary>
    public string AddWarnings { get; init; } = $"""
        WITH reported AS (
            SELECT guid, run, nonce, warning, min(place) AS place
            FROM unnest(@guids, @runs, @nonces, @warnings) WITH ORDINALITY AS given (guid, run, nonce, warning, place)
            GROUP BY guid, run, nonce, warning),
        added AS MATERIALIZED (
            SELECT guid, run, nonce, array_agg(warning ORDER BY place) AS warnings FROM reported GROUP BY guid, run, nonce ORDER BY guid)
        UPDATE "{schema}".jobs
        SET updated_at = {Now}, warnings = (coalesce(jobs.warnings, '{EmptyArray}') || ARRAY(
            SELECT warning FROM unnest(added.warnings) WITH ORDINALITY AS given (warning, place)
            WHERE warning <> ALL (coalesce(jobs.warnings, '{EmptyArray}')) ORDER BY place))[1:{MostWarnings}]
        FROM added
        WHERE {IsGiven} AND jobs.guid = added.guid AND jobs.run = added.run AND jobs.nonce = added.nonce
            AND cardinality(coalesce(jobs.warnings, '{EmptyArray}')) < {MostWarnings}
            AND NOT added.warnings <@ coalesce(jobs.warnings, '{EmptyArray}')
        RETURNING jobs.guid
        """;

    private const string EmptyArray = "{}";

    private const int MostWarnings = 100;

    /// <summary>Appends to the logs of jobs that run; the last 64 KiB of each are kept. Served by <c>jobs_guid</c>.</summary>
    public string AppendLogs { get; init; } = $"""
        INSERT INTO "{schema}".runs AS kept (job, run, attempt, started_at, worker, log, log_lines)
        SELECT held.* FROM (
            SELECT jobs.guid, jobs.run, jobs.attempt, jobs.run_started_at, jobs.worker, given.log, given.log_lines
            FROM unnest(@guids, @runs, @nonces, @logs, @log_lines) AS given (guid, run, nonce, log, log_lines)
            JOIN "{schema}".jobs ON {IsGiven} AND jobs.guid = given.guid AND jobs.run = given.run AND jobs.nonce = given.nonce
            ORDER BY jobs.guid
            FOR NO KEY UPDATE OF jobs) AS held
        ON CONFLICT (job, run) DO UPDATE
        SET log = {Appended("log")}, log_lines = {Appended("log_lines")}
        """;

    // Nothing new: as it was, and not written again.
    private static string Appended(string column) => $"""
        CASE WHEN excluded.{column} IS NULL THEN kept.{column} ELSE substr(
            coalesce(kept.{column}, '') || excluded.{column},
            greatest(1, length(coalesce(kept.{column}, '')) + length(excluded.{column}) - {RunLog.MostBytes} + 1)) END
        """;

    /// <summary>Ends runs that finished and left nothing: the frequent case. Served by <c>jobs_guid</c>.</summary>
    public string Finish { get; init; } = $"""
        UPDATE "{schema}".jobs
        SET phase = 8, finished_at = {Now}, updated_at = {Now}, nonce = NULL, lease_ms = NULL, lease_expires_at = NULL, polled = false
        FROM unnest(@guids, @runs, @nonces, @places) AS given (guid, run, nonce, place)
        WHERE {IsGiven} AND jobs.guid = given.guid AND jobs.run = given.run AND jobs.nonce = given.nonce
        RETURNING given.place
        """;

    /// <summary>Ends runs in any other way, and keeps what is to be told of them. A cancel that was asked for wins over all but a completion. Times
    /// that count from the end of the run are moved from the node's clock (<c>@node_now</c>) to the database's. Served by <c>jobs_guid</c>.</summary>
    public string Settle { get; init; } = $"""
        WITH given AS MATERIALIZED (
            SELECT * FROM unnest(@guids, @runs, @nonces, @places, @only_if_expireds, @finisheds, @phases, @run_ats, @relatives, @attempts,
                @attempts_spents, @lost_runs, @polleds, @errors, @results, @cancel_phases, @cancel_errors, @has_progress, @percents, @messages,
                @outcomes, @run_errors, @exceptions, @holders, @actions, @failures)
            AS given (guid, run, nonce, place, only_if_expired, finished, phase, run_at, relative, attempt, attempts_spent, lost_runs, polled, errors,
                result, cancel_phase, cancel_errors, has_progress, percent, message, outcome, run_errors, exception,
                holder, action, failure)),
        held AS MATERIALIZED (
            SELECT jobs.guid, jobs.lane, jobs.attempt, jobs.run_started_at, jobs.worker,
                jobs.cancel_requested_at IS NOT NULL AND NOT given.finished AS cancelled
            FROM given JOIN "{schema}".jobs ON {IsGiven}
                AND jobs.guid = given.guid AND jobs.run = given.run AND jobs.nonce = given.nonce
                AND (NOT given.only_if_expired OR jobs.lease_expires_at <= {Now})
            ORDER BY jobs.guid
            FOR NO KEY UPDATE OF jobs),
        ending AS MATERIALIZED (
            SELECT given.*, held.cancelled, CASE WHEN held.cancelled THEN given.cancel_phase ELSE given.phase END AS next_phase
            FROM given JOIN held USING (guid)),
        settled AS (
            UPDATE "{schema}".jobs
            SET phase = ending.next_phase,
                run_at = CASE
                    WHEN ending.next_phase >= 8 THEN jobs.run_at
                    WHEN ending.relative THEN ending.run_at + {Now} - @node_now
                    ELSE ending.run_at END,
                attempt = CASE WHEN ending.cancelled THEN jobs.attempt ELSE ending.attempt END,
                attempts_spent = CASE WHEN ending.cancelled THEN jobs.attempts_spent ELSE ending.attempts_spent END,
                lost_runs = CASE WHEN ending.cancelled THEN jobs.lost_runs ELSE ending.lost_runs END,
                polled = ending.polled AND NOT ending.cancelled,
                used_ms = CASE
                    WHEN ending.next_phase >= 8 THEN jobs.used_ms
                    WHEN ending.polled THEN jobs.used_ms + {Now} - jobs.run_started_at
                    ELSE 0 END,
                finished_at = CASE WHEN ending.next_phase >= 8 THEN {Now} END,
                errors = CASE WHEN ending.cancelled THEN ending.cancel_errors ELSE ending.errors END,
                result = ending.result,
                progress_percent = CASE WHEN ending.has_progress THEN ending.percent ELSE jobs.progress_percent END,
                progress_message = CASE WHEN ending.has_progress THEN ending.message ELSE jobs.progress_message END,
                updated_at = {Now}, nonce = NULL, lease_ms = NULL, lease_expires_at = NULL,
                cancel_requested_at = CASE WHEN ending.next_phase >= 8 THEN jobs.cancel_requested_at END
            FROM ending
            WHERE {IsGiven} AND jobs.guid = ending.guid AND jobs.run = ending.run AND jobs.nonce = ending.nonce),
        told AS (
            INSERT INTO "{schema}".runs (job, run, attempt, started_at, ended_at, outcome, errors, worker, exception, nonce, holder, action)
            SELECT ending.guid, ending.run, held.attempt, held.run_started_at, {Now},
                CASE WHEN ending.cancelled THEN 'cancelled' ELSE ending.outcome END,
                CASE WHEN ending.cancelled THEN ending.cancel_errors ELSE ending.run_errors END, held.worker, ending.exception,
                CASE WHEN ending.holder IS NOT NULL THEN ending.nonce END, ending.holder, ending.action
            FROM ending JOIN held USING (guid)
            WHERE ending.outcome IS NOT NULL
            ON CONFLICT (job, run) DO UPDATE
            SET ended_at = excluded.ended_at, outcome = excluded.outcome, errors = excluded.errors, exception = excluded.exception,
                nonce = excluded.nonce, holder = excluded.holder, action = excluded.action),
        failed AS (
            INSERT INTO "{schema}".failures (job, run, lane, ended_at, kind)
            SELECT ending.guid, ending.run, held.lane, {Now}, ending.failure
            FROM ending JOIN held USING (guid)
            WHERE ending.failure IS NOT NULL AND NOT ending.cancelled)
        SELECT place, cancelled FROM ending
        """;

    /// <summary>Leases up to @limit jobs of the lanes that are served, neither paused nor limited, across them by priority; named queues come in their order.
    /// Rows come back in no order. With its place in the order of submission mixed in, each job's nonce is another.</summary>
    /// <remarks>Skipping locked rows lets workers claim at once without waiting. How many come from which lane is found first, without locks, so that
    /// no more are locked than taken: lanes that nobody here serves cost nothing, however many jobs wait in them. Where a lane has a floor
    /// (<see cref="ClaimFloors"/>) nothing before it is looked at. Served by <c>jobs_claimable</c> alone, whatever the plan was made for: no other
    /// index's condition follows from these.</remarks>
    public string Claim { get; } = $"""
        WITH served AS MATERIALIZED (
            SELECT {Lane}
            {Served(schema, $"OR {IsLimited}")}),
        shares AS MATERIALIZED (
            SELECT lane, @limit AS take, least_priority, least_run_at FROM served WHERE (SELECT count(*) FROM served) = 1
            UNION ALL
            SELECT lane, count(*), least_priority, least_run_at FROM (
                SELECT served.* FROM served CROSS JOIN LATERAL (
                    SELECT priority, run_at, id {Claimable(schema, "served")} LIMIT @limit) AS first
                WHERE (SELECT count(*) FROM served) > 1
                ORDER BY served.place, first.priority, first.run_at, first.id
                LIMIT @limit) AS first
            GROUP BY lane, least_priority, least_run_at),
        taken AS MATERIALIZED (
            SELECT runnable.tid FROM shares CROSS JOIN LATERAL (
                SELECT ctid AS tid {Claimable(schema, "shares")} LIMIT shares.take FOR NO KEY UPDATE SKIP LOCKED) AS runnable
            LIMIT @limit)
        {Lease(schema, Now)}
        """;

    /// <summary>As <see cref="Claim"/>, where one lane alone is served, as far as the node knows: at rest, with one job to claim, 0.7 of its time,
    /// measured.</summary>
    /// <remarks>Served by <c>jobs_claimable</c> alone.</remarks>
    public string ClaimLane { get; } = $"""
        WITH taken AS MATERIALIZED (
            SELECT ctid AS tid {Claimable(schema, "@lane", "@least_priority", "@least_run_at")}
                AND EXISTS (SELECT FROM "{schema}".lanes WHERE lanes.id = @lane AND {IsServed} AND {IsNotHeld(schema, $"OR {IsLimited}")})
            {First}
            LIMIT @limit FOR NO KEY UPDATE SKIP LOCKED)
        {Lease(schema, Now)}
        """;

    /// <summary>What a claim leaves out that knows of no limits, and of one lane at most: limited queues (whether by a number of jobs that run at once),
    /// and other lanes that are served; without @lane limits alone.</summary>
    public string FindLeftOut { get; } = $"""
        SELECT name, concurrency IS NOT NULL, NULL AS lane, NULL AS operation FROM "{schema}".queues WHERE {IsLimited}
        UNION ALL
        SELECT queue, false, id, operation FROM "{schema}".lanes WHERE id <> @lane AND {IsServed}
        """;

    /// <summary>Takes the limited queues that have something to claim, and room for it, for this transaction alone, to its end: claims of one such queue
    /// take turns. Which they are is kept for <see cref="ClaimLimited"/>, whose snapshot is later than the locks, and so sees what those before took.</summary>
    /// <remarks>In the order of names, and nothing is waited for afterwards, so that no two transactions wait for each other. A queue that is full costs
    /// a look, however many jobs wait in it.</remarks>
    public string LockLimited { get; } = $"""
        WITH served AS MATERIALIZED (
            SELECT {Lane}, lanes.queue
            {Served(schema, "")})
        SELECT set_config('ccjobs.limited', coalesce(string_agg(name, ' '), ''), true) FROM (
            SELECT queues.name FROM "{schema}".queues
            WHERE ({IsLimited}) AND {HasClaimable(schema)} AND {Room(schema)} > 0
            ORDER BY queues.name
            FOR NO KEY UPDATE) AS locked
        """;

    /// <summary>As <see cref="Claim"/>, and of the queues that this transaction took as many as their limits let. Remembers when jobs of queues with a rate
    /// have started.</summary>
    public string ClaimLimited { get; } = $"""
        WITH limits AS MATERIALIZED (
            SELECT queues.name, queues.rate_count, queues.rate_seconds, {Room(schema)} AS room FROM "{schema}".queues
            WHERE queues.name = ANY(string_to_array(current_setting('ccjobs.limited', true), ' ')) AND ({IsLimited})),
        served AS MATERIALIZED (
            SELECT {Lane}, lanes.queue, least((SELECT greatest(room, 0) FROM limits WHERE limits.name = lanes.queue), @limit) AS most
            {Served(schema, $"OR (({IsLimited}) AND queues.name NOT IN (SELECT name FROM limits))")}),
        shares AS MATERIALIZED (
            SELECT lane, queue, count(*) AS take, least_priority, least_run_at FROM (
                SELECT * FROM (
                    SELECT served.*, first.priority, first.run_at, first.id,
                        row_number() OVER (PARTITION BY served.queue ORDER BY first.priority, first.run_at, first.id) AS number
                    FROM served CROSS JOIN LATERAL (
                        SELECT priority, run_at, id {Claimable(schema, "served")} LIMIT served.most) AS first) AS numbered
                WHERE number <= most
                ORDER BY place, priority, run_at, id
                LIMIT @limit) AS first
            GROUP BY lane, queue, least_priority, least_run_at),
        taken AS MATERIALIZED (
            SELECT runnable.tid, shares.queue FROM shares CROSS JOIN LATERAL (
                SELECT ctid AS tid {Claimable(schema, "shares")} LIMIT shares.take FOR NO KEY UPDATE SKIP LOCKED) AS runnable
            LIMIT @limit),
        forgotten AS (
            DELETE FROM "{schema}".queue_starts AS starts USING limits
            WHERE starts.queue = limits.name AND starts.at <= {Moment} - limits.rate_seconds * 1000::bigint),
        started AS (
            INSERT INTO "{schema}".queue_starts AS kept (queue, at, starts)
            SELECT queue, ({Moment} + step - 1) / step * step, count(*)
            FROM taken JOIN limits ON limits.name = taken.queue CROSS JOIN LATERAL (SELECT {Step("limits")} AS step) AS its
            WHERE limits.rate_count IS NOT NULL
            GROUP BY queue, step
            ON CONFLICT (queue, at) DO UPDATE SET starts = kept.starts + excluded.starts)
        {Lease(schema, Moment)}
        """;

    /// <summary>The limited queues, whether by a number of jobs that run at once, and, where a rate holds back what could be claimed else, for how many
    /// milliseconds still.</summary>
    public string FindLimits { get; } = $"""
        WITH served AS MATERIALIZED (
            SELECT {Lane}, lanes.queue
            {Served(schema, "")})
        SELECT queues.name, queues.concurrency IS NOT NULL,
            CASE WHEN {HasClaimable(schema)} THEN {NextStart(schema)} - {Moment} END
        FROM "{schema}".queues
        WHERE {IsLimited}
        """;

    private const string IsLimited = "queues.concurrency IS NOT NULL OR queues.rate_count IS NOT NULL";

    private const string Lane = $"""
        lanes.id AS lane, coalesce(array_position(@queues, lanes.queue), 0) AS place,
                coalesce(floors.priority, '-32768'::smallint) AS least_priority, coalesce(floors.run_at, '-9223372036854775808'::bigint) AS least_run_at
        """;

    private static string Served(string schema, string orExcept) => $"""
        FROM "{schema}".lanes
            LEFT JOIN unnest(@floor_lanes, @floor_priorities, @floor_run_ats) AS floors (lane, priority, run_at) ON floors.lane = lanes.id
            WHERE {IsServed} AND {IsNotHeld(schema, orExcept)}
        """;

    private const string IsServed = "lanes.operation = ANY(@operations) AND (@queues IS NULL OR lanes.queue = ANY(@queues))";

    private static string IsNotHeld(string schema, string orExcept) => $"""
        NOT EXISTS (SELECT FROM "{schema}".queues WHERE queues.name = lanes.queue AND (queues.paused_since IS NOT NULL {orExcept}))
                AND NOT EXISTS (
                    SELECT FROM "{schema}".operations WHERE operations.name = lanes.operation AND operations.paused_since IS NOT NULL)
        """;

    private static string Lease(string schema, string now) => $"""
        UPDATE "{schema}".jobs
        SET phase = 7, run = run + 1, attempt = CASE WHEN polled THEN attempt ELSE attempts_spent + 1 END, started_at = coalesce(started_at, {now}),
            run_started_at = {now}, updated_at = {now}, lease_ms = @lease, lease_expires_at = {now} + @lease, nonce = @nonce # id, worker = @worker,
            holder = @holder, errors = NULL
        WHERE ctid = ANY(ARRAY(SELECT tid FROM taken))
        RETURNING {JobColumns}, jobs.arguments
        """;

    // A subquery with a limit is worked where it stands, lane by lane: it is not made a join, whose plan might read all that waits.
    private static string HasClaimable(string schema) => $"""
        coalesce((SELECT true FROM served CROSS JOIN LATERAL (SELECT id {Claimable(schema, "served")} LIMIT 1) AS first
                WHERE served.queue = queues.name LIMIT 1), false)
        """;

    // Counted from the jobs that run, served by jobs_running, and from the starts that are remembered, served by their table's own key.
    private static string Room(string schema) => $"least(queues.concurrency - {Running(schema)}, queues.rate_count - {Starts(schema, "coalesce(sum(starts), 0)")})";

    private static string Running(string schema) => $"""
        (SELECT count(*) FROM (
                SELECT FROM "{schema}".lanes AS limited CROSS JOIN LATERAL (
                    SELECT FROM "{schema}".jobs AS running WHERE running.lane = limited.id AND running.phase = 7 LIMIT queues.concurrency) AS one
                WHERE limited.queue = queues.name LIMIT queues.concurrency) AS counted)
        """;

    private static string Starts(string schema, string value) => $"""
        (SELECT {value} FROM "{schema}".queue_starts
                WHERE queue_starts.queue = queues.name AND at > {Moment} - queues.rate_seconds * 1000::bigint AND at <= {Moment} + {Step("queues")})
        """;

    private static string NextStart(string schema) => $"""
        CASE WHEN {Starts(schema, "sum(starts)")} >= queues.rate_count THEN {Starts(schema, "min(at)")} + queues.rate_seconds * 1000::bigint END
        """;

    private static string Step(string queue) => $"""
        CASE WHEN {queue}.rate_count <= {QueueRate.MostExact} THEN 1 ELSE {queue}.rate_seconds * {1_000 / QueueRate.MostExact}::bigint END
        """;

    private static string Claimable(string schema, string lanes) => $"""
        {Claimable(schema, $"{lanes}.lane", $"{lanes}.least_priority", $"{lanes}.least_run_at")}
        {First}
        """;

    private static string Claimable(string schema, string lane, string leastPriority, string leastRunAt) => $"""
        FROM "{schema}".jobs
        WHERE jobs.lane = {lane} AND phase IN (1, 2) AND (priority, run_at) >= ({leastPriority}, {leastRunAt})
            AND (expires_at IS NULL OR expires_at > {Now} OR started_at IS NOT NULL)
        """;

    private const string First = "ORDER BY priority, run_at, id";

    /// <summary>Remembers jobs as they stand right after their holders ended a run of them. Served by the table's own key.</summary>
    public string RememberJobs { get; } = $"""
        UPDATE "{schema}".runs SET job_after = given.job_after
        FROM unnest(@guids, @runs, @jobs_after) AS given (job, run, job_after)
        WHERE runs.job = given.job AND runs.run = given.run
        """;

    /// <summary>What is remembered of leases that had a holder and ended. Served by the table's own key.</summary>
    public string FindEndedLeases { get; } = $"""
        SELECT given.place, runs.holder, runs.action, runs.job_after, owners.issuer, owners.subject
        FROM unnest(@guids, @runs, @nonces, @places) AS given (job, run, nonce, place)
        JOIN "{schema}".runs ON runs.job = given.job AND runs.run = given.run AND runs.nonce = given.nonce
        JOIN "{schema}".owners ON owners.id = runs.holder
        """;

    /// <summary>Signs of life, with progress. No index holds what it changes. Served by <c>jobs_guid</c>.</summary>
    public string Beat { get; init; } = $"""
        UPDATE "{schema}".jobs
        SET lease_ms = @lease, lease_expires_at = {Now} + @lease,
            updated_at = CASE WHEN has_progress THEN {Now} ELSE updated_at END,
            progress_percent = CASE WHEN has_progress THEN percent ELSE progress_percent END,
            progress_message = CASE WHEN has_progress THEN message ELSE progress_message END
        FROM unnest(@guids, @runs, @nonces, @places, @has_progress, @percents, @messages)
            AS given (guid, run, nonce, place, has_progress, percent, message)
        WHERE {IsGiven} AND jobs.guid = given.guid AND jobs.run = given.run AND jobs.nonce = given.nonce
        RETURNING given.place, jobs.lease_expires_at, jobs.cancel_requested_at IS NOT NULL
        """;

    // Workers

    /// <summary>A worker's sign of life; without news of what it serves that stays as it said last.</summary>
    public string SawWorker { get; } = $"""
        INSERT INTO "{schema}".workers AS kept (name, holder, queues, operations, version, seen_at, live_until)
        VALUES (@name, @holder, @queues, coalesce(@operations, '{EmptyArray}'), @version, {Now}, {Now} + @live_for)
        ON CONFLICT (name, holder) DO UPDATE
        SET seen_at = excluded.seen_at, live_until = excluded.live_until,
            queues = CASE WHEN @operations IS NULL THEN kept.queues ELSE excluded.queues END,
            operations = CASE WHEN @operations IS NULL THEN kept.operations ELSE excluded.operations END,
            version = CASE WHEN @operations IS NULL THEN kept.version ELSE excluded.version END
        """;

    /// <summary>The live workers, nodes first, with how many jobs each runs. Served by <c>jobs_running</c>.</summary>
    public string ListWorkers { get; } = $"""
        SELECT workers.name, owners.issuer, owners.subject, workers.queues, workers.operations, workers.version, workers.seen_at,
            coalesce(running.jobs, 0)
        FROM "{schema}".workers
        LEFT JOIN "{schema}".owners ON owners.id = workers.holder
        LEFT JOIN (
            SELECT worker, coalesce(holder, 0) AS holder, count(*) AS jobs
            FROM "{schema}".jobs WHERE phase = 7 GROUP BY worker, coalesce(holder, 0)) AS running
            ON running.worker = workers.name AND running.holder = workers.holder
        WHERE workers.live_until > {Now}
        ORDER BY workers.holder <> 0, workers.name, workers.holder
        """;

    /// <summary>A node comes that finds no other: for a while nobody elsewhere could extend a lease.</summary>
    public string FirstNode { get; } = $"""
        UPDATE "{schema}".health SET first_node_at = {Now}
        WHERE id = 1 AND NOT EXISTS (SELECT FROM "{schema}".workers WHERE holder = 0 AND seen_at > {Now} - 15000)
        """;
}
