namespace CloudController.Jobs.Storage;

/// <summary>Failures of runs, grouped.</summary>
/// <param name="Examined">How many were looked at, the newest.</param>
/// <param name="IsPartial">Whether there are older ones that were not looked at, or groups that are left out.</param>
/// <param name="Groups">Those outside the error catalogue first, then the most frequent, then the latest.</param>
public sealed record FailureSummary(int Examined, bool IsPartial, IReadOnlyList<FailureGroup> Groups);

/// <summary>Failures of one operation and kind, as far as they were looked at.</summary>
/// <param name="Operation">The operation.</param>
/// <param name="Kind">What kind (<see cref="FailureKind"/>); for administrators only.</param>
/// <param name="Count">How many.</param>
/// <param name="FirstAt">When the earliest ended.</param>
/// <param name="LastAt">When the latest ended.</param>
/// <param name="Queues">In which queues, by name.</param>
/// <param name="SampleJob">The job of the latest.</param>
/// <param name="Sample">The latest, without its logs.</param>
public sealed record FailureGroup(
    string Operation,
    string Kind,
    int Count,
    DateTimeOffset FirstAt,
    DateTimeOffset LastAt,
    IReadOnlyList<string> Queues,
    Guid SampleJob,
    JobRun Sample);
