namespace CloudController.Jobs.Storage.Moving;

/// <summary>All that a store keeps of one job, on its way to another.</summary>
internal sealed record MovedJob
{
    /// <summary>Its place in the order of submission.</summary>
    public required long Place { get; init; }

    /// <summary>The job itself, arguments and result included.</summary>
    public required Job Job { get; init; }

    /// <summary><see cref="JobDetails"/> as kept; empty where all are the default.</summary>
    public ReadOnlyMemory<byte> Details { get; init; }

    /// <summary>Of its lease, while it runs.</summary>
    public long? Nonce { get; init; }

    /// <summary>How long its lease was last given for, while it runs.</summary>
    public TimeSpan? LeaseLength { get; init; }

    /// <summary>Who ran it last.</summary>
    public string? Worker { get; init; }

    /// <summary>Who took its last lease; <see langword="null"/> for a run in process.</summary>
    public JobOwner? Holder { get; init; }

    /// <summary>When its end is due to be told, once it has ended; <see langword="null"/>: never, or no more.</summary>
    public DateTimeOffset? CallbackDueAt { get; init; }

    /// <summary>Which of its ends that is.</summary>
    public int CallbackEnd { get; init; }

    /// <summary>The idempotency key it was submitted under, held or not.</summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>The key that is held by a submission whose first job this is.</summary>
    public MovedKey? HeldKey { get; init; }

    /// <summary>What label selectors find it by.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Labels { get; init; } = [];

    /// <summary>Runs that left something to tell which the job itself does not.</summary>
    public IReadOnlyList<MovedRun> Runs { get; init; } = [];
}

/// <summary>A held idempotency key of the job's owner.</summary>
/// <param name="Key">The key, and what was submitted under it.</param>
/// <param name="Jobs">The jobs it stands for, in order.</param>
internal sealed record MovedKey(IdempotencyKey Key, IReadOnlyList<Guid> Jobs);

/// <summary>One kept run.</summary>
internal sealed record MovedRun
{
    /// <summary>As it is shown, but for its logs.</summary>
    public required JobRun Run { get; init; }

    /// <summary>UTF-8; may begin amid a character.</summary>
    public byte[]? Log { get; init; }

    /// <summary>UTF-8, likewise: what was logged through the program's own log.</summary>
    public byte[]? LogLines { get; init; }

    /// <summary>The kind of failure it ended with.</summary>
    public string? Failure { get; init; }

    /// <summary>Of the lease, if that had a holder and has ended.</summary>
    public long? Nonce { get; init; }

    /// <summary>Whose lease it was.</summary>
    public JobOwner? Holder { get; init; }

    /// <summary>The action that ended it; <see langword="null"/> if it was taken back.</summary>
    public byte[]? Action { get; init; }

    /// <summary>The job right after that, as <see cref="JobMoment"/> has it.</summary>
    public byte[]? JobAfter { get; init; }
}

/// <summary>What a store keeps that belongs to no job.</summary>
/// <param name="Queues">Queues that have been paused or limited.</param>
/// <param name="Operations">Operations that have been paused.</param>
/// <param name="Starts">When jobs of queues with a rate have started lately.</param>
/// <param name="Secrets">What answers are signed with, by name.</param>
/// <param name="Activity">What happened lately.</param>
internal sealed record MovedSettings(
    IReadOnlyList<MovedQueue> Queues,
    IReadOnlyList<MovedQueue> Operations,
    IReadOnlyList<MovedStarts> Starts,
    IReadOnlyList<KeyValuePair<string, byte[]>> Secrets,
    IReadOnlyList<ActivityMinute> Activity);

/// <summary>What is kept of a queue, or an operation.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Pause">Its pause; <see langword="null"/>: not any more.</param>
/// <param name="Limits">Its limits.</param>
internal sealed record MovedQueue(string Name, QueuePause? Pause, QueueLimits Limits);

/// <summary>Jobs of a queue that started.</summary>
/// <param name="Queue">The queue.</param>
/// <param name="At">When.</param>
/// <param name="Starts">How many.</param>
internal sealed record MovedStarts(string Queue, DateTimeOffset At, int Starts);

/// <summary>How much is held, to compare both ends of a move.</summary>
/// <param name="Jobs">Jobs.</param>
/// <param name="Runs">Kept runs.</param>
/// <param name="Labels">Labels of all jobs.</param>
/// <param name="Keys">Idempotency keys.</param>
internal readonly record struct MovedCounts(long Jobs, long Runs, long Labels, long Keys);
