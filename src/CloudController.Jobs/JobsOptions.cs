namespace CloudController.Jobs;

/// <summary>What holds for every job: section <c>Jobs</c>.</summary>
public sealed class JobsOptions
{
    /// <summary>Running time of one attempt where a submitter names none, in seconds: 1 to 2,592,000, by default 14,400.</summary>
    public int DefaultTimeoutSeconds { get; set; } = 14_400;

    /// <summary>Attempts where a submitter names none: 1 to 100, by default 1.</summary>
    public int DefaultMaxAttempts { get; set; } = 1;

    /// <summary>At that many vanished workers in a row a job fails: 1 to 100, by default 3.</summary>
    public int MaxLostRuns { get; set; } = 3;

    /// <summary>Largest arguments of a job, in bytes of JSON: 1 to 33,554,432, by default 1,048,576.</summary>
    public int MaxArgumentsBytes { get; set; } = 1_048_576;

    /// <summary>How many jobs of one owner may be open at once: 1 to 100,000,000, by default 100,000.</summary>
    public int MaxOpenPerOwner { get; set; } = 100_000;

    /// <summary>How long a finished job is kept, in seconds: 1 or more, by default 604,800 (a week).</summary>
    public int FinishedRetentionSeconds { get; set; } = 604_800;

    /// <summary>How long a failed, cancelled or expired job is kept, in seconds: 1 or more, by default 2,678,400 (31 days).</summary>
    public int FailedRetentionSeconds { get; set; } = 2_678_400;
}
