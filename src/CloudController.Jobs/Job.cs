using CloudController.Jobs.Callbacks;

namespace CloudController.Jobs;

/// <summary>A job as a store holds it at one moment.</summary>
public sealed record Job
{
    /// <summary>By which it is known outside.</summary>
    public required Guid Guid { get; init; }

    /// <summary>When it was submitted.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When anything of it last changed.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>What to do.</summary>
    public required string Operation { get; init; }

    /// <summary>UTF-8 JSON as submitted; empty where none were given, and in lists.</summary>
    public ReadOnlyMemory<byte> Arguments { get; init; }

    /// <summary>Where it waits.</summary>
    public required string Queue { get; init; }

    /// <summary>−1,000 to 1,000; the smaller runs first.</summary>
    public required int Priority { get; init; }

    /// <summary>Whom it belongs to.</summary>
    public required JobOwner Owner { get; init; }

    /// <summary>Its life so far.</summary>
    public required JobLifecycle Lifecycle { get; init; }

    /// <summary>Delays between attempts.</summary>
    public required Backoff Backoff { get; init; }

    /// <summary>Running time of one attempt.</summary>
    public required TimeSpan Timeout { get; init; }

    /// <summary>What it works on.</summary>
    public JobResource? Resource { get; init; }

    /// <summary>Labels and annotations.</summary>
    public JobMetadata Metadata { get; init; } = JobMetadata.None;

    /// <summary>Where its ends are told; <see langword="null"/>: nowhere.</summary>
    public JobCallback? Callback { get; init; }

    /// <summary>How its ends were told so far, oldest first: an entry for each of the last 20.</summary>
    public IReadOnlyList<CallbackDelivery> Callbacks { get; init; } = [];

    /// <summary>The last progress it reported.</summary>
    public JobProgress? Progress { get; init; }

    /// <summary>What it warned of, oldest first, none twice.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>UTF-8 JSON that a finished run left; empty where there is none, and in lists.</summary>
    public ReadOnlyMemory<byte> Result { get; init; }

    /// <summary>Id of the request that submitted it.</summary>
    public string? RequestId { get; init; }

    /// <summary>W3C trace context of the request that submitted it.</summary>
    public string? TraceParent { get; init; }

    /// <summary>The job that a store holds right after it was submitted.</summary>
    public static Job From(NewJob submitted) => new()
    {
        Guid = submitted.Guid,
        CreatedAt = submitted.CreatedAt,
        UpdatedAt = submitted.CreatedAt,
        Operation = submitted.Operation,
        Arguments = submitted.Arguments,
        Queue = submitted.Queue,
        Priority = submitted.Priority,
        Owner = submitted.Owner,
        Lifecycle = JobLifecycle.Submitted(submitted),
        Backoff = submitted.Backoff ?? Backoff.Default,
        Timeout = submitted.Timeout,
        Resource = submitted.Resource,
        Metadata = submitted.Metadata,
        Callback = submitted.Callback,
        RequestId = submitted.RequestId,
        TraceParent = submitted.TraceParent,
    };
}

/// <summary>How far a run says it is.</summary>
/// <param name="Percent">0 to 100.</param>
/// <param name="Message">At most 1,000 characters; <see langword="null"/> where it said nothing.</param>
public sealed record JobProgress(int Percent, string? Message);
