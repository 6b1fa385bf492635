using System.Text.Json;

namespace CloudController.Jobs.Client;

/// <summary>A job as <c>GET /v3/jobs/:guid</c> shows it. From <see cref="Phase"/> on, what follows is shown to its owner and to those who read
/// everything, and <see langword="null"/> to others.</summary>
public sealed record JobDocument : ServerDocument
{
    /// <summary>36 lower-case characters.</summary>
    public required string Guid { get; init; }

    /// <summary>When it was submitted.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it last changed.</summary>
    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>What it does, such as <c>app.delete</c>.</summary>
    public string? Operation { get; init; }

    /// <summary>One of <see cref="StateNames"/>.</summary>
    public required string State { get; init; }

    /// <summary>Why it failed: never empty once it has; while a retry is due, what the last attempt failed with.</summary>
    public IReadOnlyList<ErrorDocument> Errors { get => field ?? []; init; }

    /// <summary>What whoever waits should know, oldest first.</summary>
    public IReadOnlyList<WarningDocument> Warnings { get => field ?? []; init; }

    /// <summary><c>self</c>, and where the submitter named a resource with an address, that one under its type.</summary>
    public IReadOnlyDictionary<string, LinkDocument> Links { get => field ?? NoLinks; init; }

    /// <summary>One of <see cref="PhaseNames"/>.</summary>
    public string? Phase { get; init; }

    /// <summary>The queue it waits or waited in.</summary>
    public string? Queue { get; init; }

    /// <summary>The smaller runs first.</summary>
    public int? Priority { get; init; }

    /// <summary>The number of the present or last attempt; 0 before the first.</summary>
    public int? Attempt { get; init; }

    /// <summary>How often it was claimed; never reset.</summary>
    public long? Run { get; init; }

    /// <summary>How many attempts it may have.</summary>
    public int? MaxAttempts { get; init; }

    /// <summary>How long to wait between attempts.</summary>
    public BackoffDocument? Backoff { get; init; }

    /// <summary>How long one attempt may run, in seconds.</summary>
    public long? TimeoutSeconds { get; init; }

    /// <summary>The earliest time at which it runs.</summary>
    public DateTimeOffset? RunAt { get; init; }

    /// <summary>By when it must have started first.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>When its last attempt started.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it ended; <see langword="null"/> until then.</summary>
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>How far it has come.</summary>
    public ProgressDocument? Progress { get; init; }

    /// <summary>What it works on.</summary>
    public ResourceDocument? Resource { get; init; }

    /// <summary>Its labels and annotations.</summary>
    public MetadataDocument? Metadata { get; init; }

    /// <summary>What it was submitted with, as it was sent. Lists leave it out.</summary>
    public JsonElement? Arguments { get; init; }

    /// <summary>What its handler returned. Lists leave it out.</summary>
    public JsonElement? Result { get; init; }

    /// <summary>Where its ends are told; <see langword="null"/>: nowhere.</summary>
    public string? CallbackUrl { get; init; }

    /// <summary>How its ends were told, oldest first.</summary>
    public IReadOnlyList<CallbackDocument> Callbacks { get => field ?? []; init; }

    /// <summary>Whether it will not move by itself again.</summary>
    public bool IsTerminal => State is StateNames.Complete or StateNames.Failed;

    private static IReadOnlyDictionary<string, LinkDocument> NoLinks { get; } = new Dictionary<string, LinkDocument>();
}
