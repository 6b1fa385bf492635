using System.Text.Json;
using System.Text.Json.Serialization;

namespace CloudController.Jobs.Cli.Handlers;

/// <summary>Does nothing, for trials and measurements.</summary>
internal sealed class NoopHandler : IJobHandler<NoopArguments>
{
    private static readonly Task<JobOutcome> Finished = Task.FromResult(JobOutcome.Finished());

    public Task<JobOutcome> RunAsync(NoopArguments arguments, JobContext job, CancellationToken stopping) => Finished;
}

/// <summary>Arguments of <c>noop</c>: any JSON, none of it read.</summary>
[JsonConverter(typeof(NoopArgumentsConverter))]
internal sealed record NoopArguments : IJobArguments
{
    public static string Operation => "noop";
}

/// <summary>Takes any JSON for the arguments of <c>noop</c>.</summary>
internal sealed class NoopArgumentsConverter : JsonConverter<NoopArguments>
{
    public override bool HandleNull => true;

    public override NoopArguments Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        reader.Skip();
        return new NoopArguments();
    }

    public override void Write(Utf8JsonWriter writer, NoopArguments value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        writer.WriteEndObject();
    }
}
