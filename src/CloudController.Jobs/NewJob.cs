namespace CloudController.Jobs;

/// <summary>A job as it is submitted, checked and complete: what a store needs to keep it.</summary>
public sealed record NewJob
{
    /// <summary>By which the job is known outside: made by <see cref="JobGuid.New"/> of <see cref="CreatedAt"/>, in whose order lists come.</summary>
    public required Guid Guid { get; init; }

    /// <summary>When it was submitted, UTC, to the millisecond.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>What to do, such as <c>app.delete</c>: 1 to 128 of <c>[a-z0-9_.-]</c>.</summary>
    public required string Operation { get; init; }

    /// <summary>UTF-8 JSON, compact and else exactly as submitted; empty where none were given.</summary>
    public ReadOnlyMemory<byte> Arguments { get; init; }

    /// <summary>Spelt like an operation.</summary>
    public string Queue { get; init; } = "default";

    /// <summary>−1,000 to 1,000; the smaller runs first.</summary>
    public int Priority { get; init; }

    /// <summary>Earliest start; <see langword="null"/>: at once.</summary>
    public DateTimeOffset? RunAt { get; init; }

    /// <summary>1 to 100.</summary>
    public int MaxAttempts { get; init; } = 1;

    /// <summary>Delays between attempts; <see langword="null"/>: <see cref="Jobs.Backoff.Default"/>.</summary>
    public Backoff? Backoff { get; init; }

    /// <summary>Running time of one attempt, after which it is ended.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromHours(4);

    /// <summary>If it has not started by then, it expires.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>What it works on.</summary>
    public JobResource? Resource { get; init; }

    /// <summary>Labels and annotations.</summary>
    public JobMetadata Metadata { get; init; } = JobMetadata.None;

    /// <summary>Where its ends are told; <see langword="null"/>: nowhere.</summary>
    public JobCallback? Callback { get; init; }

    /// <summary>Whom it belongs to.</summary>
    public required JobOwner Owner { get; init; }

    /// <summary>Id of the request that submitted it, which stands in the log lines of its runs.</summary>
    public string? RequestId { get; init; }

    /// <summary>W3C trace context of the request that submitted it.</summary>
    public string? TraceParent { get; init; }

    /// <summary>Makes submitting it again harmless: within one owner, the same key is the same job.</summary>
    public IdempotencyKey? Key { get; init; }
}
