using System.Text.Json.Serialization;

namespace CloudController.Jobs.Cli.Handlers;

/// <summary>How the arguments of the built-in handlers are read: an unknown field is refused, for it would be a silent mistake.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(NoopArguments))]
[JsonSerializable(typeof(SleepArguments))]
[JsonSerializable(typeof(HttpRequestArguments))]
[JsonSerializable(typeof(CommandRunArguments))]
internal sealed partial class HandlerJson : JsonSerializerContext;
