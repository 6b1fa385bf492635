namespace CloudController.Jobs.Storage;

/// <summary>What limits the runs of a queue's jobs, over all nodes together. It holds for every claim; what runs already goes on.</summary>
/// <param name="Concurrency">How many of its jobs may run at once, 1 to <see cref="MaxConcurrency"/>; <see langword="null"/>: any number.</param>
/// <param name="Rate">How many of them may start within a time; <see langword="null"/>: any number.</param>
public sealed record QueueLimits(int? Concurrency, QueueRate? Rate)
{
    /// <summary>Largest limit of jobs that run at once.</summary>
    public const int MaxConcurrency = 1_000_000;

    /// <summary>No limit.</summary>
    public static QueueLimits None { get; } = new(null, null);

    /// <summary>When they were last changed; <see langword="null"/>: never.</summary>
    public DateTimeOffset? ChangedAt { get; init; }

    /// <summary>Who changed them last.</summary>
    public string? ChangedBy { get; init; }
}

/// <summary>How many jobs of a queue may start within a time: never more than <paramref name="Count"/> in any <paramref name="Seconds"/> seconds, however they
/// are cut, and as many at once. A claim is a start, that of a due poll, too.</summary>
/// <param name="Count">1 to <see cref="MaxCount"/>.</param>
/// <param name="Seconds">1 to <see cref="MaxSeconds"/>.</param>
public sealed record QueueRate(int Count, int Seconds)
{
    /// <summary>Largest number of starts.</summary>
    public const int MaxCount = 1_000_000;

    /// <summary>Longest time: a day.</summary>
    public const int MaxSeconds = 86_400;

    /// <summary>Up to so many starts each is remembered by itself, to the millisecond.</summary>
    internal const int MostExact = 100;

    /// <summary>Within what time starts count as one, at its end: a hundredth of the whole where they are many, so that few instants are remembered.</summary>
    internal TimeSpan Step => Count <= MostExact ? TimeSpan.FromMilliseconds(1) : TimeSpan.FromSeconds(Seconds) / MostExact;
}

/// <summary>A change of a queue's limits; what it does not name stays.</summary>
/// <param name="At">When it was made.</param>
/// <param name="By">Who made it.</param>
public sealed record QueueLimitsChange(DateTimeOffset At, string By)
{
    /// <summary>Whether <see cref="Concurrency"/> takes the place of that limit.</summary>
    public bool ChangesConcurrency { get; init; }

    /// <summary>The new limit; <see langword="null"/> lifts it.</summary>
    public int? Concurrency { get; init; }

    /// <summary>Whether <see cref="Rate"/> takes the place of that limit. Another rate than before begins to count anew.</summary>
    public bool ChangesRate { get; init; }

    /// <summary>The new limit; <see langword="null"/> lifts it.</summary>
    public QueueRate? Rate { get; init; }
}
