namespace CloudController.Jobs;

/// <summary>The part of a job that moves: what the state machine reads and writes, and nothing else. Immutable; every transition is a pure
/// function that returns the next one, or <see langword="null"/> where the transition is not allowed. docs/state-machine.md draws it.</summary>
public sealed record JobLifecycle
{
    /// <summary>How long a run that was asked to stop may stay silent before it is cancelled without its word.</summary>
    public static readonly TimeSpan CancelGrace = TimeSpan.FromSeconds(60);

    /// <summary>Where it stands.</summary>
    public required JobPhase Phase { get; init; }

    /// <summary>When it may run next, or could last.</summary>
    public required DateTimeOffset RunAt { get; init; }

    /// <summary>How many attempts a submission, and each retry by hand, is given.</summary>
    public required int MaxAttempts { get; init; }

    /// <summary>How many attempts had been spent when it was last retried by hand.</summary>
    public int AttemptsForgiven { get; init; }

    /// <summary>How many attempts may fail before the job does.</summary>
    public int AttemptsAllowed => AttemptsForgiven + MaxAttempts;

    /// <summary>How many attempts have failed, thrown or timed out. Polls, releases, drains and lost workers spend none.</summary>
    public int AttemptsSpent { get; init; }

    /// <summary>Number of the present or last attempt, 0 before the first.</summary>
    public int Attempt { get; init; }

    /// <summary>How often it has been claimed; never reset, so that outside systems can fence with it.</summary>
    public int Run { get; init; }

    /// <summary>How many workers in a row vanished while they ran it.</summary>
    public int LostRuns { get; init; }

    /// <summary>Whether the present attempt has polled: it goes on at the next poll, under the same number.</summary>
    public bool Polled { get; init; }

    /// <summary>Running time that earlier runs of the present attempt used.</summary>
    public TimeSpan Used { get; init; }

    /// <summary>Start of the first run since it was submitted or retried by hand.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>Start of the present or last run.</summary>
    public DateTimeOffset? RunStartedAt { get; init; }

    /// <summary>Since when it has been at work: the start of its present run, or of the first one where it polls in between; <see langword="null"/> while it
    /// neither runs nor polls.</summary>
    public DateTimeOffset? ActiveSince => Phase is JobPhase.Running or JobPhase.Polling or JobPhase.PollDue ? Polled ? StartedAt : RunStartedAt : null;

    /// <summary>When it reached its terminal phase.</summary>
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>If it has not started by then, it expires.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>When a running job was asked to stop.</summary>
    public DateTimeOffset? CancelRequestedAt { get; init; }

    /// <summary>Until when the present run's lease holds at least.</summary>
    public DateTimeOffset? LeaseExpiresAt { get; init; }

    /// <summary>Why the last attempt, or the job, failed, as the outside sees it; never empty in a failed phase.</summary>
    public IReadOnlyList<JobError> Errors { get; init; } = [];

    /// <summary>The life of a job that has just been submitted.</summary>
    public static JobLifecycle Submitted(NewJob job) => new()
    {
        Phase = job.RunAt is { } runAt && runAt > job.CreatedAt ? JobPhase.Scheduled : JobPhase.Queued,
        RunAt = job.RunAt ?? job.CreatedAt,
        MaxAttempts = job.MaxAttempts,
        ExpiresAt = job.ExpiresAt,
    };

    /// <summary>Its time has come: it may be claimed.</summary>
    public JobLifecycle? Due(DateTimeOffset now) => Phase switch
    {
        JobPhase.Scheduled when RunAt <= now => this with { Phase = JobPhase.Queued },
        JobPhase.Polling when RunAt <= now => this with { Phase = JobPhase.PollDue },
        _ => null,
    };

    /// <summary>A worker takes it.</summary>
    public JobLifecycle? Claim(DateTimeOffset now, TimeSpan lease) => !Phase.IsClaimable() || HasExpired(now)
        ? null
        : this with
        {
            Phase = JobPhase.Running,
            Run = Run + 1,
            Attempt = Polled ? Attempt : AttemptsSpent + 1,
            StartedAt = StartedAt ?? now,
            RunStartedAt = now,
            LeaseExpiresAt = now + lease,
            Errors = [],
        };

    /// <summary>It had not started in time.</summary>
    public JobLifecycle? Expire(DateTimeOffset now, JobError expired) => HasExpired(now) && !Phase.IsTerminal() && Phase != JobPhase.Running
        ? Ended(JobPhase.Expired, now, [expired])
        : null;

    /// <summary>Someone cancels it: what waits ends at once, what runs is asked to stop. Asking again, also once cancelled, changes nothing.</summary>
    public JobLifecycle? RequestCancel(DateTimeOffset now, JobError cancelled) => Phase switch
    {
        JobPhase.Cancelled => this,
        JobPhase.Running => CancelRequestedAt is null ? this with { CancelRequestedAt = now } : this,
        JobPhase.Finished or JobPhase.Failed or JobPhase.Expired => null,
        _ => Ended(JobPhase.Cancelled, now, [cancelled]),
    };

    /// <summary>Someone wants a job that failed, was cancelled or expired to run again: with <see cref="MaxAttempts"/> more attempts, at once,
    /// under the same guid. An <c>expires_at</c> that has passed no longer counts.</summary>
    public JobLifecycle? Retry(DateTimeOffset now) => Phase is JobPhase.Failed or JobPhase.Cancelled or JobPhase.Expired
        ? this with
        {
            Phase = JobPhase.Queued,
            RunAt = now,
            AttemptsForgiven = AttemptsSpent,
            LostRuns = 0,
            Polled = false,
            Used = TimeSpan.Zero,
            StartedAt = null,
            FinishedAt = null,
            ExpiresAt = ExpiresAt <= now ? null : ExpiresAt,
            CancelRequestedAt = null,
            Errors = [],
        }
        : null;

    /// <summary>The run ended as <paramref name="end"/> says.</summary>
    public JobLifecycle? End(RunEnd end, DateTimeOffset now, RunEndRules rules)
    {
        if (Phase != JobPhase.Running)
        {
            return null;
        }

        if (CancelRequestedAt is not null && end is not RunEnd.Finished)
        {
            return Ended(JobPhase.Cancelled, now, [rules.Cancelled]);
        }

        return end switch
        {
            RunEnd.Finished => Ended(JobPhase.Finished, now, []),
            RunEnd.Failed failed => Failed(failed, now, rules),
            RunEnd.TimedOut => Failed(new RunEnd.Failed([rules.TimedOut]), now, rules),
            RunEnd.Lost lost => Lost(lost, now, rules),
            RunEnd.Released released => Waiting(now + released.Delay, now) with { LostRuns = 0 },
            RunEnd.Polled polled => Waiting(now + polled.After, now, polls: true) with { LostRuns = 0 },
            RunEnd.Cancelled => Ended(JobPhase.Cancelled, now, [rules.Cancelled]),
            _ => throw new ArgumentOutOfRangeException(nameof(end), end, "Not an end of a run."),
        };
    }

    private bool HasExpired(DateTimeOffset now) => ExpiresAt <= now && StartedAt is null;

    private JobLifecycle Failed(RunEnd.Failed failed, DateTimeOffset now, RunEndRules rules)
    {
        var spent = AttemptsSpent + 1;
        if (failed.Final || spent >= AttemptsAllowed)
        {
            return Ended(JobPhase.Failed, now, failed.Errors) with { AttemptsSpent = spent };
        }

        var retryAt = failed.RetryAt ?? now + rules.Backoff.DelayAfter(spent, rules.Random);
        if (failed.NotBefore > retryAt)
        {
            retryAt = failed.NotBefore.Value;
        }

        return (this with { Polled = false }).Waiting(retryAt, now) with { AttemptsSpent = spent, Attempt = spent, LostRuns = 0, Errors = failed.Errors };
    }

    private JobLifecycle Lost(RunEnd.Lost lost, DateTimeOffset now, RunEndRules rules)
    {
        var lostRuns = lost.Counts ? LostRuns + 1 : LostRuns;
        return lostRuns >= rules.MaxLostRuns && lost.Counts
            ? Ended(JobPhase.Failed, now, [rules.WorkerLost]) with { LostRuns = lostRuns }
            : Waiting(now, now) with { LostRuns = lostRuns };
    }

    // A job between polls goes on polling, under the number of its attempt; any other gives the number back, for no attempt was spent.
    private JobLifecycle Waiting(DateTimeOffset runAt, DateTimeOffset now, bool polls = false)
    {
        var polled = Polled || polls;
        return this with
        {
            Phase = (polled, runAt > now) switch
            {
                (true, true) => JobPhase.Polling,
                (true, false) => JobPhase.PollDue,
                (false, true) => JobPhase.Scheduled,
                (false, false) => JobPhase.Queued,
            },
            RunAt = runAt,
            Polled = polled,
            Attempt = polled ? Attempt : AttemptsSpent,
            Used = polled ? Used + (now - (RunStartedAt ?? now)) : TimeSpan.Zero,
            LeaseExpiresAt = null,
            CancelRequestedAt = null,
        };
    }

    private JobLifecycle Ended(JobPhase phase, DateTimeOffset now, IReadOnlyList<JobError> errors) =>
        this with { Phase = phase, FinishedAt = now, LeaseExpiresAt = null, Polled = false, Errors = errors };
}
