namespace CloudController.Jobs.Storage;

/// <summary>What became of an action on a job.</summary>
/// <param name="Job">The job after it, without arguments and result; <see langword="null"/> if it is not held.</param>
/// <param name="Accepted">Whether its state allowed the action.</param>
public sealed record ActionResult(Job? Job, bool Accepted);

/// <summary>What became of an action on many jobs.</summary>
/// <param name="Matched">How many the filter let through, up to the limit.</param>
/// <param name="Changed">How many changed.</param>
/// <param name="Refused">How many were in a state that does not allow it.</param>
public sealed record ManyResult(int Matched, int Changed, int Refused);

/// <summary>What a sweep for due jobs did.</summary>
/// <param name="Moved">How many became claimable or expired.</param>
/// <param name="NextDueAt">When the next one falls due; <see langword="null"/>: none is known.</param>
public readonly record struct DueResult(int Moved, DateTimeOffset? NextDueAt);

/// <summary>How long ended jobs are kept, from when they ended.</summary>
/// <param name="Finished">Those that finished.</param>
/// <param name="Failed">Those that failed, were cancelled or expired.</param>
public sealed record Retention(TimeSpan Finished, TimeSpan Failed);
