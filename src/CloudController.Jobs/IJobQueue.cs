namespace CloudController.Jobs;

/// <summary>Enqueues jobs from the host application.</summary>
public interface IJobQueue
{
    /// <summary>Enqueues a job; when this returns, it is on disk.</summary>
    /// <param name="arguments">What the job is about; its type's operation says what to do.</param>
    /// <param name="options">Everything else; <see langword="null"/>: defaults.</param>
    /// <param name="cancellationToken">Given up before the commit, nothing is kept.</param>
    /// <returns>The job as submitted, or, where its key was used before, the job that was submitted then.</returns>
    /// <exception cref="ArgumentException">Something in the arguments or options is out of its range; the message names it.</exception>
    /// <exception cref="InvalidOperationException">The operation has no handler registered here, the key was used for something else, or the owner has too many open jobs.</exception>
    /// <exception cref="Storage.StoreUnavailableException">The store did not answer; the job may or may not be enqueued, which a key makes harmless to repeat.</exception>
    Task<Job> EnqueueAsync<TArguments>(TArguments arguments, EnqueueOptions? options, CancellationToken cancellationToken)
        where TArguments : IJobArguments;

    /// <summary>Enqueues several jobs in one transaction, all or none; when this returns, they are on disk.</summary>
    /// <param name="arguments">What each job is about, 1 or more. A thousand at once cost little more than one.</param>
    /// <param name="options">Everything else, the same for all; without <see cref="EnqueueOptions.IdempotencyKey"/>. <see langword="null"/>: defaults.</param>
    /// <param name="cancellationToken">Given up before the commit, nothing is kept.</param>
    /// <returns>The jobs, in the order given.</returns>
    /// <exception cref="ArgumentException">Something in the arguments or options is out of its range; the message names it.</exception>
    /// <exception cref="InvalidOperationException">The operation has no handler registered here, or the owner has too many open jobs.</exception>
    /// <exception cref="Storage.StoreUnavailableException">The store did not answer; all of the jobs may be enqueued, or none.</exception>
    Task<IReadOnlyList<Job>> EnqueueManyAsync<TArguments>(
        IReadOnlyList<TArguments> arguments, EnqueueOptions? options, CancellationToken cancellationToken)
        where TArguments : IJobArguments;
}

/// <summary>How a job is enqueued. Ranges as in <see cref="NewJob"/>.</summary>
public sealed record EnqueueOptions
{
    /// <summary>Where it waits; by default <c>default</c>.</summary>
    public string Queue { get; init; } = "default";

    /// <summary>−1,000 to 1,000; the smaller runs first; by default 0.</summary>
    public int Priority { get; init; }

    /// <summary>Earliest start; by default at once.</summary>
    public DateTimeOffset? RunAt { get; init; }

    /// <summary>1 to 100; by default <see cref="JobsOptions.DefaultMaxAttempts"/>.</summary>
    public int? MaxAttempts { get; init; }

    /// <summary>Delays between attempts.</summary>
    public Backoff? Backoff { get; init; }

    /// <summary>Running time of one attempt, 1 s to 30 days; by default <see cref="JobsOptions.DefaultTimeoutSeconds"/>.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>If it has not started by then, it expires.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>What it works on.</summary>
    public JobResource? Resource { get; init; }

    /// <summary>Labels and annotations.</summary>
    public JobMetadata Metadata { get; init; } = JobMetadata.None;

    /// <summary>Whom it belongs to; by default the application.</summary>
    public JobOwner Owner { get; init; } = JobOwner.Application;

    /// <summary>Where its end is told, by nodes that serve the API (<c>AddCloudControllerJobsHttp</c>) or run as <c>ccjobs worker</c>.</summary>
    public JobCallback? Callback { get; init; }

    /// <summary>The same key again is the same job: 1 to 255 printable ASCII characters.</summary>
    public string? IdempotencyKey { get; init; }
}
