using System.Text.Json.Serialization;
using CloudController.Jobs.Benchmarks.Rivals.Protocol;

namespace CloudController.Jobs.Benchmarks.Rivals.Own;

/// <summary>The arguments that every queue's jobs have.</summary>
internal sealed record DeleteApp(string App, bool Recursive, string Reason, string By) : IJobArguments
{
    public static string Operation => "app.delete";

    public static DeleteApp Some { get; } = new("db177bbd-36e9-4246-9a11-f9bd0d5975ef", true, "cleanup of an old space", "someone12");
}

internal sealed class DeleteAppHandler(QueueRuns runs) : IJobHandler<DeleteApp>
{
    public Task<JobOutcome> RunAsync(DeleteApp arguments, JobContext job, CancellationToken stopping)
    {
        runs.Add();
        return Task.FromResult(JobOutcome.Finished());
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(DeleteApp))]
internal sealed partial class DeleteAppJson : JsonSerializerContext;
