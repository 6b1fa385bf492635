namespace CloudController.Jobs.PostgreSql;

/// <summary>What falls due, is overdue or old.</summary>
internal sealed partial class PostgreSqlQueries
{
    /// <summary>Ends jobs that had not started in time, the earliest first. Served by <c>jobs_expiring</c>.</summary>
    public string ExpireUnstarted { get; } = $"""
        WITH expired AS MATERIALIZED (
            SELECT guid FROM "{schema}".jobs
            WHERE expires_at IS NOT NULL AND started_at IS NULL AND phase < 7 AND expires_at <= {Now}
            ORDER BY expires_at
            LIMIT @limit
            FOR NO KEY UPDATE SKIP LOCKED)
        UPDATE "{schema}".jobs SET phase = 11, finished_at = {Now}, updated_at = {Now}, errors = @errors, polled = false
        WHERE guid = ANY(ARRAY(SELECT guid FROM expired))
        RETURNING jobs.guid
        """;

    /// <summary>Makes claimable what has come due, the earliest first. Served by <c>jobs_waiting</c>.</summary>
    public string PromoteDue { get; } = $"""
        WITH due AS MATERIALIZED (
            SELECT guid FROM "{schema}".jobs
            WHERE phase IN (3, 4) AND run_at <= {Now} AND (expires_at IS NULL OR expires_at > {Now} OR started_at IS NOT NULL)
            ORDER BY run_at
            LIMIT @limit
            FOR NO KEY UPDATE SKIP LOCKED)
        UPDATE "{schema}".jobs SET phase = CASE phase WHEN 4 THEN 2 ELSE 1 END, updated_at = {Now}
        WHERE guid = ANY(ARRAY(SELECT guid FROM due))
        RETURNING jobs.guid
        """;

    /// <summary>When the next job falls due or expires, and what the database's clock shows. Served by <c>jobs_waiting</c> and <c>jobs_expiring</c>
    /// alone.</summary>
    public string NextDue { get; } = $"""
        SELECT least(
            (SELECT run_at FROM "{schema}".jobs WHERE phase IN (3, 4) ORDER BY run_at LIMIT 1),
            (SELECT expires_at FROM "{schema}".jobs
            WHERE expires_at IS NOT NULL AND started_at IS NULL AND phase < 7 ORDER BY expires_at LIMIT 1)), {Now}
        """;

    /// <summary>Tells the store that this node could not reach it for a while. What followed within seconds was the same outage.</summary>
    public string TellOutage { get; } = $"""
        UPDATE "{schema}".health
        SET lost_at = CASE WHEN {Now} - @lost <= back_at + 5000 THEN least(lost_at, {Now} - @lost) ELSE {Now} - @lost END,
            back_at = greatest(back_at, {Now} - @back)
        WHERE id = 1
        """;

    /// <summary>Runs that must be ended without their worker's word. A lease that could not be extended while the store was out of reach, or while no
    /// node was there for a holder elsewhere, holds for its full length again once it can, and counts against nobody. Served by <c>jobs_running</c>,
    /// whose every row of a running job it reads: leases, which move at each heartbeat, stand in no index.</summary>
    public string FindOverdue { get; } = $"""
        SELECT {JobColumns}, jobs.arguments, NOT disturbed AND NOT cut_off,
            CASE WHEN lost THEN {(int)Storage.OverdueReason.LeaseExpired} WHEN timed_out THEN {(int)Storage.OverdueReason.TimedOut}
                ELSE {(int)Storage.OverdueReason.CancelIgnored} END
        FROM "{schema}".jobs CROSS JOIN "{schema}".health
        CROSS JOIN LATERAL (
            SELECT lost_at <= lease_expires_at AND lease_expires_at - lease_ms <= back_at AS disturbed,
                holder IS NOT NULL AND lease_expires_at - lease_ms < first_node_at AS cut_off) AS had
        CROSS JOIN LATERAL (
            SELECT lease_expires_at <= {Now} AND NOT (disturbed AND back_at + lease_ms > {Now})
                    AND NOT (cut_off AND first_node_at + lease_ms > {Now}) AS lost,
                run_started_at + timeout_ms - used_ms <= {Now} AS timed_out,
                cancel_requested_at <= {Now} - @grace AS ignored) AS why
        WHERE phase = 7 AND (lost OR timed_out OR ignored)
        LIMIT @limit
        """;

    /// <summary>Forgets jobs that ended too long ago, the oldest of each lane and phase first; and workers that are not live. Served by
    /// <c>jobs_ended</c> and the tables' own keys.</summary>
    public string Prune { get; } = $"""
        WITH prunable AS MATERIALIZED (
            SELECT ended.guid
            FROM "{schema}".lanes CROSS JOIN unnest(@phases, @retentions) AS kept (phase, retention) CROSS JOIN LATERAL (
                SELECT guid FROM "{schema}".jobs
                WHERE jobs.phase >= 8 AND jobs.lane = lanes.id AND jobs.phase = kept.phase AND finished_at < {Now} - kept.retention
                ORDER BY finished_at
                LIMIT @limit
                FOR UPDATE SKIP LOCKED) AS ended
            LIMIT @limit),
        gone AS (
            DELETE FROM "{schema}".jobs WHERE guid = ANY(ARRAY(SELECT guid FROM prunable)) RETURNING guid, owner, created_at, idempotency),
        {ForgetWhatBelongsTo(schema)},
        gone_workers AS (DELETE FROM "{schema}".workers WHERE live_until <= {Now})
        SELECT guid FROM gone
        """;

    /// <summary>Adds to what happened within a minute.</summary>
    public string AddActivity { get; } = $"""
        INSERT INTO "{schema}".activity AS known (minute, finished, failed, picked_up, pickup_ms, longest_pickup_ms)
        VALUES (@minute, @finished, @failed, @picked_up, @pickup_ms, @longest_pickup_ms)
        ON CONFLICT (minute) DO UPDATE SET finished = known.finished + excluded.finished, failed = known.failed + excluded.failed,
            picked_up = known.picked_up + excluded.picked_up, pickup_ms = known.pickup_ms + excluded.pickup_ms,
            longest_pickup_ms = greatest(known.longest_pickup_ms, excluded.longest_pickup_ms)
        """;

    /// <summary>Forgets minutes. Served by the table's own key.</summary>
    public string PruneActivity { get; } = $"DELETE FROM \"{schema}\".activity WHERE minute < @before";

    /// <summary>The minutes since one. Served by the table's own key.</summary>
    public string ListActivity { get; } =
        $"SELECT minute, finished, failed, picked_up, pickup_ms, longest_pickup_ms FROM \"{schema}\".activity WHERE minute >= @since ORDER BY minute";

    /// <summary>Keeps a secret, unless there is one already.</summary>
    public string InsertSecret { get; } = $"INSERT INTO \"{schema}\".secrets (name, value) VALUES (@name, @value) ON CONFLICT DO NOTHING";

    /// <summary>Served by the table's own key.</summary>
    public string FindSecret { get; } = $"SELECT value FROM \"{schema}\".secrets WHERE name = @name";

    /// <summary>Proves that the store can be read, and says whether it can be written.</summary>
    public string ReadProbe { get; } = $"SELECT written_at, current_setting('transaction_read_only')::boolean FROM \"{schema}\".health WHERE id = 1";

    /// <summary>Proves that the store can be written.</summary>
    public string WriteProbe { get; } = $"UPDATE \"{schema}\".health SET written_at = {Now} WHERE id = 1";

    /// <summary>A write for its own sake: once it is confirmed, so is all that was committed before, on a synchronous replica, too.</summary>
    public string WriteAfter { get; } = $"UPDATE \"{schema}\".health SET written_at = written_at WHERE id = 1";
}
