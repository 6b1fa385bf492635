namespace CloudController.Jobs.Storage;

/// <summary>One run of a job, as kept.</summary>
/// <param name="Run">Which run, from 1.</param>
/// <param name="Attempt">Which attempt it belonged to.</param>
/// <param name="StartedAt">When it was claimed.</param>
/// <param name="EndedAt">When it ended; <see langword="null"/> while it runs.</param>
/// <param name="Outcome">How (<see cref="RunEnd.OutcomeName"/>); <see langword="null"/> while it runs.</param>
/// <param name="Errors">Catalogue errors it ended with.</param>
/// <param name="Worker">Who ran it.</param>
/// <param name="Log">The last 64 KiB of what it wrote to the job's log.</param>
/// <param name="Exception">What really happened; for administrators only.</param>
public sealed record JobRun(
    int Run,
    int Attempt,
    DateTimeOffset StartedAt,
    DateTimeOffset? EndedAt,
    string? Outcome,
    IReadOnlyList<JobError> Errors,
    string? Worker,
    string? Log,
    string? Exception)
{
    /// <summary>The last 64 KiB of what was logged within it through the program's own log; for those who read everything.</summary>
    public string? LogLines { get; init; }
}
