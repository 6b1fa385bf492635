namespace CloudController.Jobs.Sqlite;

/// <summary>Claims, ends and heartbeats of runs.</summary>
internal static partial class SqliteQueries
{
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
}
