using System.Text.Json;
using System.Text.Json.Serialization;

namespace CloudController.Jobs.Client;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    MaxDepth = 1024,
    Converters = [typeof(VerbatimJsonConverter), typeof(TimeConverter)])]
[JsonSerializable(typeof(JobDocument))]
[JsonSerializable(typeof(JobPage))]
[JsonSerializable(typeof(JobList))]
[JsonSerializable(typeof(JobCounts))]
[JsonSerializable(typeof(AttemptList))]
[JsonSerializable(typeof(ExplanationDocument))]
[JsonSerializable(typeof(FailureList))]
[JsonSerializable(typeof(WaitedJobs))]
[JsonSerializable(typeof(JobWait))]
[JsonSerializable(typeof(QueueDocument))]
[JsonSerializable(typeof(QueueList))]
[JsonSerializable(typeof(JobSubmission))]
[JsonSerializable(typeof(BulkSubmission))]
[JsonSerializable(typeof(PauseRequest))]
[JsonSerializable(typeof(int?))]
[JsonSerializable(typeof(QueueRateDocument))]
[JsonSerializable(typeof(ErrorsDocument))]
internal sealed partial class Wire : JsonSerializerContext;

internal sealed record BulkSubmission(IReadOnlyList<JobSubmission> Jobs);

internal sealed record PauseRequest(string? Reason);

internal sealed record ErrorsDocument(IReadOnlyList<ErrorDocument>? Errors);

/// <summary>Writes JSON of the caller's as it is, so that digits and escapes survive.</summary>
internal sealed class VerbatimJsonConverter : JsonConverter<JsonElement>
{
    public override JsonElement Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        JsonElement.ParseValue(ref reader);

    public override void Write(Utf8JsonWriter writer, JsonElement value, JsonSerializerOptions options) =>
        writer.WriteRawValue(value.GetRawText(), skipInputValidation: true);
}

/// <summary>Writes times in UTC with a <c>Z</c>, and a fraction only where there is one.</summary>
internal sealed class TimeConverter : JsonConverter<DateTimeOffset>
{
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetDateTimeOffset();

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.UtcDateTime);
}
