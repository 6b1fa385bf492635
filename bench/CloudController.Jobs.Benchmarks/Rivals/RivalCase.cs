namespace CloudController.Jobs.Benchmarks.Rivals;

/// <summary>What is measured of one system.</summary>
internal sealed record RivalCase(CaseKind Kind, string Rival, string What, string Settings, int Jobs)
{
    /// <summary>The name under which the system knows its settings.</summary>
    public string Setting { get; init; } = "default";

    public int Callers { get; init; } = 1;

    /// <summary>Jobs in one call.</summary>
    public int Batch { get; init; } = 1;

    /// <summary>How Redis writes its log, for the system that keeps its jobs there.</summary>
    public string Fsync { get; init; } = "";

    /// <summary>How often a system looks for jobs that nothing tells it of.</summary>
    public TimeSpan? Poll { get; init; }

    /// <summary>Whether one repetition is all there is time for.</summary>
    public bool Once { get; init; }

    public RivalCase Of(int jobs) => this with { Jobs = Math.Max(jobs / Batch, 1) * Batch };
}

internal enum CaseKind
{
    /// <summary>Callers submit, each waiting until what it submitted is kept.</summary>
    Enqueue,

    /// <summary>Waiting jobs that do nothing are run until the database shows none that has not ended.</summary>
    Process,

    /// <summary>From the return of a submission to the first line of the handler in another process, one job at a time.</summary>
    Pickup,
}
