using System.Text.Json.Serialization;

namespace CloudController.Jobs.Cli.Torture;

/// <summary>A job that writes down that it began and that it ended.</summary>
/// <param name="Seconds">How long it takes.</param>
/// <param name="Attempts">The first attempt that succeeds.</param>
internal sealed record TortureWork(double Seconds, int Attempts) : IJobArguments
{
    public static string Operation => "torture.work";
}

/// <summary>Does it, and stops without a word where it is told to.</summary>
internal sealed class TortureWorkHandler(EffectLog effects, TimeProvider time) : IJobHandler<TortureWork>
{
    public async Task<JobOutcome> RunAsync(TortureWork arguments, JobContext job, CancellationToken stopping)
    {
        var guid = $"{job.Guid}";
        effects.Begin(guid, job.Run, job.Attempt);
        await Task.Delay(TimeSpan.FromSeconds(arguments.Seconds), time, stopping);
        effects.End(guid, job.Run, job.Attempt);
        return job.Attempt >= arguments.Attempts ? JobOutcome.Finished() : JobOutcome.FailedInternally("An attempt that is meant to fail.");
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(TortureWork))]
internal sealed partial class TortureJson : JsonSerializerContext;
