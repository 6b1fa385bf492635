namespace CloudController.Jobs.Client;

/// <summary>Failures by operation and kind, as <c>GET /v3/errors</c> shows them.</summary>
public sealed record FailureList : ServerDocument
{
    /// <summary>How many failures were looked at, the newest.</summary>
    public int Examined { get; init; }

    /// <summary>Whether there may be more.</summary>
    public bool Partial { get; init; }

    /// <summary>Those outside the error catalogue first, then the most frequent.</summary>
    public required IReadOnlyList<FailureDocument> Resources { get; init; }
}

/// <summary>Failures of one operation and kind.</summary>
public sealed record FailureDocument
{
    /// <summary>The operation.</summary>
    public required string Operation { get; init; }

    /// <summary>The title of the catalogue error; of what the outside sees as <c>UnknownError</c> the exception's type, if there was an exception.</summary>
    public required string Kind { get; init; }

    /// <summary>Whether the outside sees <c>UnknownError</c>.</summary>
    public bool Unknown { get; init; }

    /// <summary>How many.</summary>
    public long Count { get; init; }

    /// <summary>When the earliest of them ended.</summary>
    public DateTimeOffset FirstAt { get; init; }

    /// <summary>When the latest ended.</summary>
    public DateTimeOffset LastAt { get; init; }

    /// <summary>In which queues.</summary>
    public IReadOnlyList<string> Queues { get => field ?? []; init; }

    /// <summary>The latest of them.</summary>
    public FailureSample? Sample { get; init; }
}

/// <summary>One failed run.</summary>
public sealed record FailureSample
{
    /// <summary>Of the job.</summary>
    public required string Guid { get; init; }

    /// <summary>The attempt that it belonged to.</summary>
    public int Number { get; init; }

    /// <summary>Rises by one at every claim.</summary>
    public long Run { get; init; }

    /// <summary>What the outside sees.</summary>
    public IReadOnlyList<ErrorDocument> Errors { get => field ?? []; init; }

    /// <summary>Who ran it.</summary>
    public string? Worker { get; init; }

    /// <summary>What really happened.</summary>
    public string? Exception { get; init; }
}
