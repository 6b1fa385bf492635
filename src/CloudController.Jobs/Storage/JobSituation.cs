namespace CloudController.Jobs.Storage;

/// <summary>A job with what its way depends on.</summary>
/// <param name="Job">The job, without arguments and result.</param>
/// <param name="Worker">Who runs it, or ran it last.</param>
/// <param name="LastHeartbeatAt">While it runs: when its lease was taken or last extended.</param>
/// <param name="QueuePause">The pause of its queue.</param>
/// <param name="OperationPause">The pause of its operation.</param>
/// <param name="Ahead">While it can be claimed: how many jobs of its queue, but for those of paused operations, are claimed before it; exact up to
/// <see cref="CountedUpTo"/>, one more than that where there are more.</param>
public sealed record JobSituation(
    Job Job, string? Worker, DateTimeOffset? LastHeartbeatAt, QueuePause? QueuePause, QueuePause? OperationPause, int Ahead)
{
    /// <summary>Jobs ahead are counted up to here.</summary>
    public const int CountedUpTo = 1_000;

    /// <summary>The limits of its queue.</summary>
    public QueueLimits Limits { get; init; } = QueueLimits.None;

    /// <summary>Where its queue has a limit of jobs that run at once: how many do, counted up to that.</summary>
    public int QueueRunning { get; init; }

    /// <summary>When the rate of its queue lets the next job start, by the store's clock; <see langword="null"/>: at once.</summary>
    public DateTimeOffset? NextStartAt { get; init; }
}
