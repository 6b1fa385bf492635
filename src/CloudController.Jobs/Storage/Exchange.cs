namespace CloudController.Jobs.Storage;

/// <summary>A run that ended, and what becomes of its job, computed by <see cref="JobLifecycle.End"/> from what the claim returned.</summary>
public sealed record Settlement
{
    /// <summary>Which run: nothing is written unless this lease still holds.</summary>
    public required LeaseId Lease { get; init; }

    /// <summary>The job, for those who follow it.</summary>
    public required Guid Job { get; init; }

    /// <summary>The job's queue, where a place may become free for another.</summary>
    public string? Queue { get; init; }

    /// <summary>Of the request that submitted the job, for log lines; <see langword="null"/>: none did.</summary>
    public string? RequestId { get; init; }

    /// <summary>How it ended.</summary>
    public required RunEnd End { get; init; }

    /// <summary>The job's life after it.</summary>
    public required JobLifecycle Next { get; init; }

    /// <summary>The job's life after it if someone has asked for a cancel that the run had not seen.</summary>
    public required JobLifecycle NextIfCancelled { get; init; }

    /// <summary>Only if the lease has also expired, by the store's clock: for a rescue, which a late heartbeat must stop.</summary>
    public bool OnlyIfExpired { get; init; }

    /// <summary>UTF-8 JSON that a finished run left; at most 1 MiB.</summary>
    public ReadOnlyMemory<byte> Result { get; init; }

    /// <summary>What the run reported since its last heartbeat.</summary>
    public RunReport Report { get; init; } = RunReport.None;

    /// <summary>What really happened, for administrators: an exception with its stack.</summary>
    public string? Exception { get; init; }

    /// <summary>What kind of failure it was (<see cref="FailureKind"/>); <see langword="null"/>: none.</summary>
    public string? Failure { get; init; }

    /// <summary>Who took the lease, so that it is remembered once it has ended (<see cref="IJobStore.FindLeasesAsync"/>); <see langword="null"/>: a run
    /// in process, of which nothing needs to be remembered.</summary>
    public JobOwner? Holder { get; init; }

    /// <summary>Fingerprint of the action by which its holder ended it, at most 32 bytes; empty where it was taken back.</summary>
    public ReadOnlyMemory<byte> Action { get; init; }
}

/// <summary>What a run reported.</summary>
/// <param name="Progress">The newest progress; <see langword="null"/>: no news.</param>
/// <param name="Warnings">New warnings, oldest first; those that the job already has, and those past 100, are dropped.</param>
/// <param name="Log">Text to append to the run's log; <see langword="null"/>: none.</param>
public sealed record RunReport(JobProgress? Progress, IReadOnlyList<string> Warnings, string? Log)
{
    /// <summary>Nothing.</summary>
    public static RunReport None { get; } = new(null, [], null);

    /// <summary>Lines to append to what was logged within the run; <see langword="null"/>: none.</summary>
    public string? LogLines { get; init; }

    /// <summary>Whether there is nothing in it.</summary>
    public bool IsEmpty => Progress is null && Warnings.Count == 0 && Log is null && LogLines is null;
}

/// <summary>What a worker can take.</summary>
/// <param name="Worker">Its name, shown to those who read everything.</param>
/// <param name="Operations">The operations it knows; jobs of any other are left alone.</param>
/// <param name="Queues">The queues it serves; <see langword="null"/>: all, by priority across them. Named ones are emptied in this order.</param>
/// <param name="Limit">How many at most: its free slots.</param>
/// <param name="Lease">For how long the leases hold without a heartbeat.</param>
public sealed record ClaimRequest(string Worker, IReadOnlyCollection<string> Operations, IReadOnlyList<string>? Queues, int Limit, TimeSpan Lease)
{
    /// <summary>Who takes the leases, and alone may use them; <see langword="null"/>: this process.</summary>
    public JobOwner? Holder { get; init; }
}

/// <summary>A leased job: what its run needs.</summary>
/// <param name="Lease">The fence.</param>
/// <param name="Job">The job as it is now, running.</param>
public sealed record ClaimedJob(LeaseId Lease, Job Job)
{
    /// <summary>Who took the lease; <see langword="null"/>: a run in process.</summary>
    public JobOwner? Holder { get; init; }

    /// <summary>What the worker that took it calls itself; known where <see cref="Holder"/> is.</summary>
    public string? Worker { get; init; }
}

/// <summary>What an exchange did.</summary>
/// <param name="Ends">In the order given.</param>
/// <param name="Claimed">In the order in which they should start.</param>
/// <param name="More">Whether there may be more to claim at once.</param>
public sealed record Exchange(IReadOnlyList<SettleResult> Ends, IReadOnlyList<ClaimedJob> Claimed, bool More)
{
    /// <summary>Where a queue's rate held back what could have been claimed else: for how long still.</summary>
    public TimeSpan? HeldFor { get; init; }
}

/// <summary>What became of one settlement.</summary>
public enum SettleResult
{
    /// <summary>The end was written.</summary>
    Written,

    /// <summary>A cancel had been asked for, and the job was cancelled instead.</summary>
    Cancelled,

    /// <summary>The lease no longer holds; nothing was changed.</summary>
    LeaseLost,
}

/// <summary>A sign of life of one run.</summary>
/// <param name="Lease">Which run.</param>
/// <param name="Job">The job, for those who follow it.</param>
/// <param name="Report">What it reported since the last one.</param>
public sealed record Heartbeat(LeaseId Lease, Guid Job, RunReport Report);

/// <summary>The answer to a sign of life.</summary>
/// <param name="Holds">Whether the lease still holds; if not, nothing was kept and the run should stop.</param>
/// <param name="ExpiresAt">Until when it holds now.</param>
/// <param name="CancelRequested">Whether the run is to stop.</param>
public readonly record struct HeartbeatResult(bool Holds, DateTimeOffset ExpiresAt, bool CancelRequested);

/// <summary>A run that has to be ended without its worker.</summary>
/// <param name="Claimed">The run, as it stands.</param>
/// <param name="Reason">Why.</param>
/// <param name="Counts">For a lost one: whether it counts; not while the store was out of reach meanwhile.</param>
public sealed record OverdueRun(ClaimedJob Claimed, OverdueReason Reason, bool Counts);

/// <summary>Why a run is ended without its worker.</summary>
public enum OverdueReason
{
    /// <summary>Its lease expired.</summary>
    LeaseExpired,

    /// <summary>Its attempt's running time is used up.</summary>
    TimedOut,

    /// <summary>It did not answer a cancel.</summary>
    CancelIgnored,
}
