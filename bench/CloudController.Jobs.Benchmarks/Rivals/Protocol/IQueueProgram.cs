namespace CloudController.Jobs.Benchmarks.Rivals.Protocol;

/// <summary>A job queue as the benchmark drives it, in a process of its own.</summary>
internal interface IQueueProgram
{
    /// <summary>Name and version of all that takes part.</summary>
    string Versions { get; }

    /// <summary>Makes its tables in an empty database.</summary>
    Task SetUpAsync(QueueServer server);

    /// <summary>So many callers submit one job, or one batch, after another, each waiting until it is kept.</summary>
    /// <returns>How long that took, with everything open and connected before.</returns>
    Task<TimeSpan> EnqueueAsync(QueueServer server, QueueLoad load);

    /// <summary>Starts workers, which tell <paramref name="runs"/> of each run, until what is returned is disposed.</summary>
    Task<IAsyncDisposable> StartWorkersAsync(QueueServer server, string setting, QueueRuns runs);

    /// <summary>Opens what submits one job at a time.</summary>
    Task<IQueueProducer> OpenProducerAsync(QueueServer server, string setting);
}

/// <summary>Submits; each call returns when what was submitted is kept.</summary>
internal interface IQueueProducer : IAsyncDisposable
{
    Task AddAsync();

    Task AddManyAsync(int count);
}

/// <summary>What is submitted: so many jobs, by so many callers, so many in one call, with a setting of the queue's own.</summary>
internal sealed record QueueLoad(int Jobs, int Callers, int Batch, string Setting)
{
    /// <summary>Not counted: so much that each caller has its connection, and that most of what is compiled while it runs has been.</summary>
    public QueueLoad WarmUp => this with { Jobs = Math.Max(2 * Callers * Batch, Jobs / 4 / Batch * Batch) };
}
