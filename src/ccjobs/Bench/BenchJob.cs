using System.Text.Json.Serialization;

namespace CloudController.Jobs.Cli.Bench;

/// <summary>A job that does nothing.</summary>
internal sealed record BenchJob : IJobArguments
{
    public static string Operation => "bench.noop";
}

/// <summary>Tells the measurement that a run began.</summary>
internal sealed class BenchHandler(BenchProbe probe) : IJobHandler<BenchJob>
{
    public Task<JobOutcome> RunAsync(BenchJob arguments, JobContext job, CancellationToken stopping)
    {
        probe.Begun();
        return Task.FromResult(JobOutcome.Finished());
    }
}

[JsonSerializable(typeof(BenchJob))]
internal sealed partial class BenchJson : JsonSerializerContext;
