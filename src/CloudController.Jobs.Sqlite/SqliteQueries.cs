namespace CloudController.Jobs.Sqlite;

/// <summary>Every statement of the store but listing's. Parameters are bound in the order in which a statement first names them.</summary>
internal static class SqliteQueries
{
    /// <summary>What <see cref="JobRow"/> reads, in its order.</summary>
    public const string JobColumns = """
        jobs.id, jobs.guid, phase, run, created_at, run_at, max_attempts, attempts_forgiven, errors, lane, owner, priority, updated_at, started_at,
        run_started_at, finished_at, expires_at, attempt, attempts_spent, lost_runs, polled, used_ms, timeout_ms, lease_expires_at,
        cancel_requested_at, progress_percent, progress_message, warnings, resource_guid, request_id, traceparent, details, bodies, lease, worker,
        idempotency, arguments, result, callbacks
        """;

    // Lanes and owners

    /// <summary>Served by the table's own key.</summary>
    public const string FindLane = "SELECT queue, operation FROM lanes WHERE id = @id";

    /// <summary>Served by the table's unique index.</summary>
    public const string FindLaneId = "SELECT id FROM lanes WHERE queue = @queue AND operation = @operation";

    /// <summary>A lane is never taken away.</summary>
    public const string InsertLane = "INSERT INTO lanes (queue, operation) VALUES (@queue, @operation)";

    /// <summary>Every lane: as many as there are pairs of queue and operation.</summary>
    public const string AllLanes = "SELECT id, queue, operation FROM lanes ORDER BY queue, operation";

    /// <summary>Served by the table's own key.</summary>
    public const string FindOwner = "SELECT issuer, subject FROM owners WHERE id = @id";

    /// <summary>Served by the table's unique index.</summary>
    public const string FindOwnerId = "SELECT id FROM owners WHERE issuer = @issuer AND subject = @subject";

    /// <summary>An owner is never taken away.</summary>
    public const string InsertOwner = "INSERT INTO owners (issuer, subject) VALUES (@issuer, @subject)";

    /// <summary>How many open jobs each owner has, from the indexes of open jobs alone: <c>jobs_claimable</c>, <c>jobs_between</c>.</summary>
    public const string CountOpen = """
        SELECT owner, count(*) FROM (
            SELECT owner FROM jobs INDEXED BY jobs_claimable WHERE phase IN (1, 2)
            UNION ALL SELECT owner FROM jobs INDEXED BY jobs_between WHERE phase BETWEEN 2 AND 7 AND phase > 2)
        GROUP BY owner
        """;

    // Submitting

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

    // Reading

    /// <summary>What anyone may see, and of a job at work what it does and since when. Served by <c>jobs_guid</c>; what is read of every job stands at
    /// the front of its row.</summary>
    public const string FindStatus = """
        SELECT phase, run, created_at, run_at, max_attempts, attempts_forgiven, errors,
            CASE WHEN phase IN (2, 4, 7) THEN lane END, CASE WHEN phase IN (2, 4, 7) THEN iif(polled, started_at, run_started_at) END
        FROM jobs WHERE guid = @guid
        """;

    /// <summary>A whole job. Served by <c>jobs_guid</c>.</summary>
    public const string Find = $"SELECT {JobColumns} FROM jobs WHERE guid = @guid";

    /// <summary>A body too large for the job's own row. Served by the table's unique index.</summary>
    public const string FindPayload = "SELECT body FROM payloads WHERE job = @job AND kind = @kind";

    /// <summary>The runs of a job that its row does not hold. Served by the table's own key.</summary>
    public const string FindRuns =
        "SELECT run, attempt, started_at, ended_at, outcome, errors, worker, log, exception, log_lines FROM runs WHERE job = @job ORDER BY run";

    // Explaining

    /// <summary>A job, who has its lease, and for how long that is given. Served by <c>jobs_guid</c>.</summary>
    public const string FindSituation = $"SELECT {JobColumns}, holder, lease_ms FROM jobs WHERE guid = @guid";

    /// <summary>How many jobs of a lane are claimed before a place in its order, counted up to a limit. Served by <c>jobs_claimable</c> alone.</summary>
    public const string CountAhead = """
        SELECT count(*) FROM (
            SELECT 1 FROM jobs INDEXED BY jobs_claimable
            WHERE phase IN (1, 2) AND lane = @lane AND (priority, run_at, id) < (@priority, @run_at, @id) LIMIT @limit)
        """;

    /// <summary>The jobs of a lane that finished last. Served by <c>jobs_ended</c>.</summary>
    public const string FindFinished = """
        SELECT finished_at, started_at, run_started_at, used_ms FROM jobs INDEXED BY jobs_ended
        WHERE phase >= 8 AND lane = @lane AND phase = 8
        ORDER BY finished_at DESC
        LIMIT @limit
        """;

    /// <summary>The runs that failed last, the latest first. Served by <c>runs_failed</c>, and for its lane by the key of <c>jobs</c>.</summary>
    public const string FindFailures = """
        SELECT lane, failure, ended_at, guid, failed.run
        FROM runs AS failed INDEXED BY runs_failed CROSS JOIN jobs ON jobs.id = failed.job
        WHERE failure IS NOT NULL
        ORDER BY ended_at DESC
        LIMIT @limit
        """;

    /// <summary>One run of a job, without its logs. Served by <c>jobs_guid</c> and the table's own key.</summary>
    public const string FindFailure = """
        SELECT runs.run, runs.attempt, runs.started_at, ended_at, outcome, runs.errors, runs.worker, exception
        FROM jobs CROSS JOIN runs ON runs.job = jobs.id
        WHERE jobs.guid = @guid AND runs.run = @run
        """;

    // Running

    /// <summary>The next lane that holds something to claim, and the first of it: one step of a loose index scan, so that its cost is the number of such
    /// lanes, however many jobs wait in them. Served by <c>jobs_claimable</c> alone.</summary>
    public const string NextClaimableLane = """
        SELECT lane, priority, run_at, id FROM jobs INDEXED BY jobs_claimable
        WHERE phase IN (1, 2) AND lane > @lane
        ORDER BY lane, priority, run_at, id
        LIMIT 1
        """;

    /// <summary>What can be claimed of a lane, from a place in its order on. Served by <c>jobs_claimable</c>.</summary>
    public const string Claimable = $"""
        SELECT {JobColumns} FROM jobs INDEXED BY jobs_claimable
        WHERE phase IN (1, 2) AND lane = @lane AND (priority, run_at, id) >= (@priority, @run_at, @id)
            AND (expires_at IS NULL OR expires_at > @now OR started_at IS NOT NULL)
        ORDER BY priority, run_at, id
        LIMIT @limit
        """;

    /// <summary>Gives a worker the jobs that the same transaction found claimable, as <see cref="JobLifecycle.Claim"/> has it. Served by the table's own
    /// key.</summary>
    /// <remarks>All at once: a statement for each job would look up every index of phases for each anew.</remarks>
    public const string Lease = """
        UPDATE jobs
        SET phase = 7, run = run + 1, attempt = iif(polled, attempt, attempts_spent + 1), started_at = coalesce(started_at, @now), run_started_at = @now,
            updated_at = @now, lease_expires_at = @expires_at, deadline_at = @now + timeout_ms - used_ms, lease = @nonce, worker = @worker, errors = NULL,
            holder = @holder, lease_ms = @lease_ms
        WHERE id IN (SELECT value FROM json_each(@ids))
        """;

    /// <summary>The fence: a running job, if this lease is still its own. Served by the table's own key.</summary>
    public const string FindLeased = """
        SELECT owner, cancel_requested_at, lease_expires_at, bodies
        FROM jobs WHERE id = @id AND run = @run AND lease = @nonce AND phase = 7
        """;

    /// <summary>What is kept of a run that left something to tell. Served by the table's own key.</summary>
    public const string FindRun = "SELECT attempt, run_started_at, worker FROM jobs WHERE id = @id";

    /// <summary>Ends runs that finished and left nothing, the frequent case, as <see cref="JobLifecycle.End"/> has it. Served by the table's own
    /// key.</summary>
    public const string Finish = """
        UPDATE jobs
        SET phase = 8, finished_at = @finished_at, updated_at = @now, lease = NULL, lease_expires_at = NULL, deadline_at = NULL, polled = 0
        WHERE id IN (SELECT value FROM json_each(@ids))
        """;

    /// <summary>Ends a run in any other way. Served by the table's own key.</summary>
    public const string Settle = """
        UPDATE jobs
        SET phase = @phase, run_at = @run_at, attempt = @attempt, attempts_spent = @attempts_spent, lost_runs = @lost_runs, polled = @polled,
            used_ms = @used_ms, finished_at = @finished_at, errors = @errors, updated_at = @now, lease = NULL, lease_expires_at = NULL, deadline_at = NULL,
            cancel_requested_at = iif(@phase >= 8, cancel_requested_at, NULL), bodies = @bodies, result = @result
        WHERE id = @id
        """;

    /// <summary>A sign of life. No index holds what it changes. Served by the table's own key.</summary>
    public const string ExtendLease = "UPDATE jobs SET lease_expires_at = @expires_at WHERE id = @id";

    /// <summary>Served by the table's own key.</summary>
    public const string FindWarnings = "SELECT warnings FROM jobs WHERE id = @id";

    /// <summary>What a run reported. No index holds what it changes. Served by the table's own key.</summary>
    public const string Report = """
        UPDATE jobs
        SET updated_at = @now, progress_percent = iif(@has_progress, @percent, progress_percent),
            progress_message = iif(@has_progress, @message, progress_message), warnings = coalesce(@warnings, warnings)
        WHERE id = @id
        """;

    /// <summary>What a run has logged. Served by the table's own key.</summary>
    public const string FindLog = "SELECT log, log_lines FROM runs WHERE job = @job AND run = @run";

    /// <summary>Keeps the logs of a run that goes on.</summary>
    public const string WriteLog = """
        INSERT INTO runs (job, run, attempt, started_at, worker, log, log_lines)
        VALUES (@job, @run, @attempt, @started_at, @worker, @log, @log_lines)
        ON CONFLICT (job, run) DO UPDATE SET log = excluded.log, log_lines = excluded.log_lines
        """;

    /// <summary>Keeps a run that ended; what it logged before stays.</summary>
    public const string EndRun = """
        INSERT INTO runs (job, run, attempt, started_at, ended_at, outcome, errors, worker, exception, failure)
        VALUES (@job, @run, @attempt, @started_at, @ended_at, @outcome, @errors, @worker, @exception, @failure)
        ON CONFLICT (job, run) DO UPDATE
        SET ended_at = excluded.ended_at, outcome = excluded.outcome, errors = excluded.errors, exception = excluded.exception,
            failure = excluded.failure
        """;

    /// <summary>Remembers the lease of a run that ended, where that had a holder: for as long as the job is held. Served by the table's own key.</summary>
    public const string RememberLease =
        "UPDATE runs SET nonce = @nonce, holder = @holder, action = @action, job_after = @job_after WHERE job = @job AND run = @run";

    /// <summary>A job, and who has its lease. Served by the table's own key.</summary>
    public const string FindHeld = $"SELECT {JobColumns}, holder FROM jobs WHERE jobs.id = @id AND guid = @guid";

    /// <summary>What is remembered of a lease that had a holder and ended. Served by the table's own key.</summary>
    public const string FindEndedLease =
        "SELECT holder, action, job_after FROM runs WHERE job = @job AND run = @run AND nonce = @nonce AND holder IS NOT NULL";

    /// <summary>How many jobs each worker runs. Served by <c>jobs_between</c>.</summary>
    public const string CountByWorker =
        "SELECT worker, holder, count(*) FROM jobs INDEXED BY jobs_between WHERE phase BETWEEN 2 AND 7 AND phase = 7 GROUP BY worker, holder";

    // Administration

    /// <summary>Ends a job that waits. Served by the table's own key.</summary>
    public const string End = """
        UPDATE jobs SET phase = @phase, finished_at = @finished_at, updated_at = @now, errors = @errors, polled = 0 WHERE id = @id
        """;

    /// <summary>Asks a running job to stop. Served by the table's own key.</summary>
    public const string RequestCancel = "UPDATE jobs SET cancel_requested_at = @now, updated_at = @now WHERE id = @id";

    /// <summary>Lets an ended job run again. Served by the table's own key.</summary>
    public const string Retry = """
        UPDATE jobs
        SET phase = @phase, run_at = @run_at, attempts_forgiven = @attempts_forgiven, lost_runs = 0, polled = 0, used_ms = 0, started_at = NULL,
            finished_at = NULL, expires_at = @expires_at, cancel_requested_at = NULL, errors = NULL, updated_at = @now,
            callback_end = callback_end + 1, callback_due_at = iif(callback_host IS NULL, NULL, 0)
        WHERE id = @id
        """;

    /// <summary>Forgets a job's row. Served by the table's own key.</summary>
    public const string DeleteJob = "DELETE FROM jobs WHERE id = @id";

    /// <summary>Served by the table's unique index.</summary>
    public const string DeletePayloads = "DELETE FROM payloads WHERE job = @job";

    /// <summary>Served by the table's own key.</summary>
    public const string DeleteRuns = "DELETE FROM runs WHERE job = @job";

    /// <summary>Served by the table's own key.</summary>
    public const string DeleteLabels = "DELETE FROM labels WHERE job = @job";

    // Queues

    /// <summary>Queues that have been paused or limited: few.</summary>
    public const string AllQueues = """
        SELECT name, paused_since, paused_by, pause_reason, concurrency, rate_count, rate_seconds, limits_changed_at, limits_changed_by
        FROM queues ORDER BY name
        """;

    /// <summary>Changes a queue's limits. Served by the table's own key.</summary>
    public const string LimitQueue = """
        INSERT INTO queues (name, concurrency, rate_count, rate_seconds, limits_changed_at, limits_changed_by)
        VALUES (@name, @concurrency, @count, @seconds, @at, @by)
        ON CONFLICT (name) DO UPDATE
        SET concurrency = iif(@changes_concurrency, excluded.concurrency, concurrency), rate_count = iif(@changes_rate, excluded.rate_count, rate_count),
            rate_seconds = iif(@changes_rate, excluded.rate_seconds, rate_seconds), limits_changed_at = excluded.limits_changed_at,
            limits_changed_by = excluded.limits_changed_by
        """;

    /// <summary>Forgets when jobs of a queue have started, unless its rate is this one. Served by the tables' own keys.</summary>
    public const string ForgetOtherStarts = """
        DELETE FROM queue_starts WHERE queue = @name AND NOT EXISTS (
            SELECT 1 FROM queues WHERE name = @name AND rate_count = @count AND rate_seconds = @seconds)
        """;

    /// <summary>How many jobs of a queue run, counted up to a limit. Served by the unique index of lanes and by <c>jobs_between</c>.</summary>
    public const string CountRunning = """
        SELECT count(*) FROM (
            SELECT 1 FROM lanes CROSS JOIN jobs INDEXED BY jobs_between ON phase BETWEEN 2 AND 7 AND jobs.lane = lanes.id AND phase = 7
            WHERE lanes.queue = @queue LIMIT @limit)
        """;

    /// <summary>How many jobs of a queue have started within a time, and when the first of them did. Served by the table's own key.</summary>
    public const string CountStarts = "SELECT coalesce(sum(starts), 0), min(at) FROM queue_starts WHERE queue = @queue AND at > @after AND at <= @until";

    /// <summary>Remembers that jobs of a queue have started. Served by the table's own key.</summary>
    public const string AddStarts = """
        INSERT INTO queue_starts (queue, at, starts) VALUES (@queue, @at, @starts) ON CONFLICT (queue, at) DO UPDATE SET starts = starts + excluded.starts
        """;

    /// <summary>Forgets what started too long ago to matter. Served by the table's own key.</summary>
    public const string ForgetStarts = "DELETE FROM queue_starts WHERE queue = @queue AND at <= @after";

    /// <summary>Pauses a queue, unless it is paused already.</summary>
    public const string PauseQueue = """
        INSERT INTO queues (name, paused_since, paused_by, pause_reason) VALUES (@name, @since, @by, @reason)
        ON CONFLICT (name) DO UPDATE SET paused_since = excluded.paused_since, paused_by = excluded.paused_by, pause_reason = excluded.pause_reason
        WHERE paused_since IS NULL
        """;

    /// <summary>Resumes a queue. Served by the table's own key.</summary>
    public const string ResumeQueue = "UPDATE queues SET paused_since = NULL, paused_by = NULL, pause_reason = NULL WHERE name = @name";

    /// <summary>Operations that have been paused: few.</summary>
    public const string AllOperations = "SELECT name, paused_since, paused_by, pause_reason FROM operations ORDER BY name";

    /// <summary>Pauses an operation, unless it is paused already.</summary>
    public const string PauseOperation = """
        INSERT INTO operations (name, paused_since, paused_by, pause_reason) VALUES (@name, @since, @by, @reason)
        ON CONFLICT (name) DO UPDATE SET paused_since = excluded.paused_since, paused_by = excluded.paused_by, pause_reason = excluded.pause_reason
        WHERE paused_since IS NULL
        """;

    /// <summary>Resumes an operation. Served by the table's own key.</summary>
    public const string ResumeOperation = "UPDATE operations SET paused_since = NULL, paused_by = NULL, pause_reason = NULL WHERE name = @name";

    /// <summary>How many jobs of a lane can be claimed, counted up to a limit. Served by <c>jobs_claimable</c> alone.</summary>
    public const string CountClaimable =
        "SELECT count(*) FROM (SELECT 1 FROM jobs INDEXED BY jobs_claimable WHERE phase IN (1, 2) AND lane = @lane LIMIT @limit)";

    /// <summary>How many jobs of a lane stand in a phase from 2 to 7, counted up to a limit. Served by <c>jobs_between</c> alone.</summary>
    public const string CountBetween = """
        SELECT count(*) FROM (
            SELECT 1 FROM jobs INDEXED BY jobs_between WHERE phase BETWEEN 2 AND 7 AND lane = @lane AND phase = @phase LIMIT @limit)
        """;

    /// <summary>How many jobs of a lane ended in a phase, counted up to a limit. Served by <c>jobs_ended</c> alone.</summary>
    public const string CountEnded =
        "SELECT count(*) FROM (SELECT 1 FROM jobs INDEXED BY jobs_ended WHERE phase >= 8 AND lane = @lane AND phase = @phase LIMIT @limit)";

    /// <summary>The first job of a lane's next priority: each priority's first is its oldest. Served by <c>jobs_claimable</c> alone.</summary>
    public const string NextPriority = """
        SELECT priority, run_at FROM jobs INDEXED BY jobs_claimable
        WHERE phase IN (1, 2) AND lane = @lane AND priority > @priority
        ORDER BY priority, run_at
        LIMIT 1
        """;

    // Callbacks

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

    // Maintenance

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
