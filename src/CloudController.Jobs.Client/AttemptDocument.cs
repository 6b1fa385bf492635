namespace CloudController.Jobs.Client;

/// <summary>One run of a job, as <c>GET /v3/jobs/:guid/attempts</c> shows it.</summary>
public sealed record AttemptDocument
{
    /// <summary>The attempt that it belonged to: runs that were lost, released or polled share theirs with the next.</summary>
    public required int Number { get; init; }

    /// <summary>Rises by one at every claim.</summary>
    public required long Run { get; init; }

    /// <summary>When it was claimed.</summary>
    public DateTimeOffset StartedAt { get; init; }

    /// <summary>When it ended; <see langword="null"/> while it runs.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary><c>finished</c>, <c>failed</c>, <c>timed_out</c>, <c>lost</c>, <c>released</c>, <c>polled</c> or <c>cancelled</c>;
    /// <see langword="null"/> while it runs.</summary>
    public string? Outcome { get; init; }

    /// <summary>What it failed with.</summary>
    public IReadOnlyList<ErrorDocument> Errors { get => field ?? []; init; }

    /// <summary>What the handler wrote to the job's own log: the last 64 KiB of it.</summary>
    public string? Log { get; init; }

    /// <summary>Who ran it; shown to those who read everything.</summary>
    public string? Worker { get; init; }

    /// <summary>What was logged within it through the program's own log: the last 64 KiB; shown to those who read everything.</summary>
    public string? LogLines { get; init; }

    /// <summary>What really happened; shown to administrators.</summary>
    public string? Exception { get; init; }
}

/// <summary>Every run of a job, the oldest first.</summary>
public sealed record AttemptList : ServerDocument
{
    /// <summary>The runs.</summary>
    public required IReadOnlyList<AttemptDocument> Resources { get; init; }
}
