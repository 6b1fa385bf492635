using System.Text.Json;

namespace CloudController.Jobs.Client;

/// <summary>A job to submit. What is <see langword="null"/> is left to the server's default.</summary>
/// <param name="Operation">What to do: 1 to 128 characters of <c>[a-z0-9_.-]</c>, such as <c>app.delete</c>.</param>
public sealed record JobSubmission(string Operation)
{
    /// <summary>Any JSON; it comes back exactly as written here.</summary>
    public JsonElement? Arguments { get; init; }

    /// <summary>By default <c>default</c>; spelt like an operation.</summary>
    public string? Queue { get; init; }

    /// <summary>-1,000 to 1,000, by default 0; the smaller runs first. Below 0 is for administrators.</summary>
    public int? Priority { get; init; }

    /// <summary>The earliest time at which it runs; by default now.</summary>
    public DateTimeOffset? RunAt { get; init; }

    /// <summary>1 to 100.</summary>
    public int? MaxAttempts { get; init; }

    /// <summary>How long to wait between attempts.</summary>
    public BackoffDocument? Backoff { get; init; }

    /// <summary>How long one attempt may run, in seconds.</summary>
    public int? TimeoutSeconds { get; init; }

    /// <summary>A job that has not started first by then has expired.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>What it works on.</summary>
    public ResourceDocument? Resource { get; init; }

    /// <summary>Labels and annotations.</summary>
    public MetadataDocument? Metadata { get; init; }

    /// <summary>An http or https url without user info, at most 2,048 characters, to which the server POSTs the job once it has ended.</summary>
    public string? CallbackUrl { get; init; }

    /// <summary>In a bulk only: 1 to 255 printable ASCII characters; the same key and body again give the same job. A single job takes its key as an
    /// argument of <see cref="JobsClient.SubmitAsync"/>.</summary>
    public string? IdempotencyKey { get; init; }
}
