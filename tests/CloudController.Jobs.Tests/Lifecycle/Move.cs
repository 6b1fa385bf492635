namespace CloudController.Jobs.Tests.Lifecycle;

/// <summary>Something that happens to a job.</summary>
/// <param name="Wait">How long after the move before it.</param>
internal abstract record Move(TimeSpan Wait)
{
    /// <summary>Its time may have come.</summary>
    public sealed record Due(TimeSpan Wait) : Move(Wait);

    /// <summary>A worker wants it.</summary>
    public sealed record Claim(TimeSpan Wait) : Move(Wait);

    /// <summary>It may not have started in time.</summary>
    public sealed record Expire(TimeSpan Wait) : Move(Wait);

    /// <summary>Someone cancels it.</summary>
    public sealed record Cancel(TimeSpan Wait) : Move(Wait);

    /// <summary>Someone retries it by hand.</summary>
    public sealed record Retry(TimeSpan Wait) : Move(Wait);

    /// <summary>A run ends.</summary>
    public sealed record End(TimeSpan Wait, RunEnd How) : Move(Wait);
}
