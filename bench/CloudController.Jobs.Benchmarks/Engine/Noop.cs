using System.Text.Json.Serialization;

namespace CloudController.Jobs.Benchmarks.Engine;

/// <summary>Arguments of a job that does nothing.</summary>
internal sealed record Noop : IJobArguments
{
    public static string Operation => "bench.noop";
}

/// <summary>Counts the runs, and says when as many have been as were expected.</summary>
internal sealed class RunCounter(int expected)
{
    private readonly TaskCompletionSource all = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int count;

    public Task All => all.Task;

    public void Add()
    {
        if (Interlocked.Increment(ref count) == expected)
            all.TrySetResult();
    }
}

internal sealed class NoopHandler(RunCounter counter) : IJobHandler<Noop>
{
    public Task<JobOutcome> RunAsync(Noop arguments, JobContext job, CancellationToken stopping)
    {
        counter.Add();
        return Task.FromResult(JobOutcome.Finished());
    }
}

[JsonSerializable(typeof(Noop))]
internal sealed partial class NoopJson : JsonSerializerContext;
