namespace CloudController.Jobs.Client;

/// <summary>A queue as <c>GET /v3/queues/:name</c> shows it.</summary>
public sealed record QueueDocument : ServerDocument
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>How many jobs are in each of <see cref="PhaseNames"/>: exactly, up to 10,000.</summary>
    public IReadOnlyDictionary<string, long> Counts { get => field ?? NoCounts; init; }

    /// <summary>The phases that hold more jobs than their count says.</summary>
    public IReadOnlyList<string> AtLeast { get => field ?? []; init; }

    /// <summary>For how many seconds the job that could run longest has waited; <see langword="null"/> if none waits.</summary>
    public double? OldestWaitingSeconds { get; init; }

    /// <summary>Since when and why nothing is claimed from it; <see langword="null"/> while it is not paused.</summary>
    public PauseDocument? Paused { get; init; }

    /// <summary>How many of its jobs may run at once, on all nodes together; <see langword="null"/> if nothing limits that.</summary>
    public int? Concurrency { get; init; }

    /// <summary>How many of its jobs may start, on all nodes together; <see langword="null"/> if nothing limits that.</summary>
    public QueueRateDocument? Rate { get; init; }

    /// <summary>When its limits were last changed, and by whom; <see langword="null"/> if they never were.</summary>
    public LimitsChangedDocument? LimitsChanged { get; init; }

    private static IReadOnlyDictionary<string, long> NoCounts { get; } = new Dictionary<string, long>();
}

/// <summary>A pause.</summary>
/// <param name="Since">When it began.</param>
/// <param name="By">Who asked for it.</param>
/// <param name="Reason">Why, if that was said.</param>
public sealed record PauseDocument(DateTimeOffset? Since, string? By, string? Reason);

/// <summary>How often jobs of a queue may start.</summary>
/// <param name="Count">So many, from 1 to 1,000,000,</param>
/// <param name="Seconds">within any so many seconds, from 1 to 86,400.</param>
public sealed record QueueRateDocument(int Count, int Seconds);

/// <summary>The last change of a queue's limits.</summary>
/// <param name="At">When it was made.</param>
/// <param name="By">Who made it.</param>
public sealed record LimitsChangedDocument(DateTimeOffset? At, string? By);

/// <summary>All queues that are in use or paused.</summary>
public sealed record QueueList : ServerDocument
{
    /// <summary>The queues.</summary>
    public required IReadOnlyList<QueueDocument> Resources { get; init; }
}
