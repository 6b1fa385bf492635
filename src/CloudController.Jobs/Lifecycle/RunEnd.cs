namespace CloudController.Jobs;

/// <summary>How one run of a job ended.</summary>
public abstract record RunEnd
{
    private RunEnd()
    {
    }

    /// <summary>What an attempt's <c>outcome</c> says: <c>finished</c>, <c>failed</c>, <c>timed_out</c>, <c>lost</c>, <c>released</c>, <c>polled</c>,
    /// <c>cancelled</c>.</summary>
    public string OutcomeName => this switch
    {
        Finished => "finished",
        Failed => "failed",
        TimedOut => "timed_out",
        Lost => "lost",
        Released => "released",
        Polled => "polled",
        Cancelled => "cancelled",
        _ => throw new InvalidOperationException("Not an end of a run."),
    };

    /// <summary>It did what it should.</summary>
    public sealed record Finished : RunEnd;

    /// <summary>It said that it failed, or threw.</summary>
    /// <param name="Errors">As the outside will see them; at least one.</param>
    public sealed record Failed(IReadOnlyList<JobError> Errors) : RunEnd
    {
        /// <summary>No further attempt makes sense.</summary>
        public bool Final { get; init; }

        /// <summary>When to try again, instead of by backoff.</summary>
        public DateTimeOffset? RetryAt { get; init; }

        /// <summary>Not before when to try again, where backoff would be earlier.</summary>
        public DateTimeOffset? NotBefore { get; init; }
    }

    /// <summary>It used up its attempt's running time.</summary>
    public sealed record TimedOut : RunEnd;

    /// <summary>Its worker vanished: the lease expired without a word.</summary>
    /// <param name="Counts">Whether it counts towards <c>Jobs:MaxLostRuns</c>: not where the store was out of reach meanwhile.</param>
    public sealed record Lost(bool Counts) : RunEnd;

    /// <summary>The worker gave it back, spending no attempt.</summary>
    /// <param name="Delay">0 to an hour.</param>
    public sealed record Released(TimeSpan Delay) : RunEnd;

    /// <summary>Something outside is not done yet: look again later.</summary>
    /// <param name="After">1 s to a day.</param>
    public sealed record Polled(TimeSpan After) : RunEnd;

    /// <summary>It stopped because it was asked to.</summary>
    public sealed record Cancelled : RunEnd;
}
