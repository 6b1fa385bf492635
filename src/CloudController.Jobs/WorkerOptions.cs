namespace CloudController.Jobs;

/// <summary>How this process claims and runs jobs: section <c>Worker</c>.</summary>
public sealed class WorkerOptions
{
    /// <summary>Whether it runs jobs at all; <see langword="false"/>: an API-only node.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>The queues it serves: names in order, the first emptied first, or <c>name=weight</c>; empty: all, by priority across them.</summary>
    public IList<string> Queues { get; } = [];

    /// <summary>How many jobs run at once: 1 to 100,000, by default four per core.</summary>
    public int Concurrency { get; set; } = 4 * Environment.ProcessorCount;

    /// <summary>How long a claim holds without a heartbeat, in seconds: 5 to 3,600, by default 30. A worker that dies keeps its jobs for that long; one
    /// that hangs longer loses them to another.</summary>
    public int LeaseSeconds { get; set; } = 30;

    /// <summary>How long a stopping process lets running jobs go on, in seconds: 0 to 3,600, by default 20.</summary>
    public int DrainTimeoutSeconds { get; set; } = 20;
}
