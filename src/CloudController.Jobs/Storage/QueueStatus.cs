namespace CloudController.Jobs.Storage;

/// <summary>A queue, or an operation over all queues, as it stands.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Counts">How many jobs it holds in each phase, exact up to 10,000; one that shows 10,001 holds more.</param>
/// <param name="OldestWaitingSince">Since when the job that waits longest could have run; <see langword="null"/>: none waits.</param>
/// <param name="Pause">Since when, by whom and why it is paused; <see langword="null"/>: it is not.</param>
public sealed record QueueStatus(string Name, IReadOnlyDictionary<JobPhase, int> Counts, DateTimeOffset? OldestWaitingSince, QueuePause? Pause)
{
    /// <summary>Counts are exact up to here.</summary>
    public const int CountedUpTo = 10_000;

    /// <summary>Of a queue: its limits; <see langword="null"/>: an operation has none.</summary>
    public QueueLimits? Limits { get; init; }
}

/// <summary>A pause of a queue or an operation.</summary>
/// <param name="Since">When it began.</param>
/// <param name="By">Who paused it.</param>
/// <param name="Reason">Why; <see langword="null"/>: not said.</param>
public sealed record QueuePause(DateTimeOffset Since, string By, string? Reason);
