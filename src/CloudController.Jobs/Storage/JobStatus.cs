namespace CloudController.Jobs.Storage;

/// <summary>What anyone who holds a job's guid may see of it.</summary>
/// <param name="Guid">By which it is known.</param>
/// <param name="CreatedAt">When it was submitted.</param>
/// <param name="Phase">Where it stands.</param>
/// <param name="Run">How often it was claimed.</param>
/// <param name="AttemptsAllowed">Rises with each retry by hand.</param>
/// <param name="RunAt">When it may run next.</param>
/// <param name="Error">Its first error; only in a failed phase.</param>
public readonly record struct JobStatus(Guid Guid, DateTimeOffset CreatedAt, JobPhase Phase, int Run, int AttemptsAllowed, DateTimeOffset RunAt, JobError? Error)
{
    /// <summary>What it does; <see langword="null"/> while it is not at work.</summary>
    public string? Operation { get; init; }

    /// <summary>See <see cref="JobLifecycle.ActiveSince"/>.</summary>
    public DateTimeOffset? ActiveSince { get; init; }
}
