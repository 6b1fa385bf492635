using System.Text.Json;
using System.Text.Json.Serialization;
using CloudController.Jobs.Callbacks;

namespace CloudController.Jobs.Storage;

/// <summary>The parts of a job that are kept as JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(JobDetails))]
[JsonSerializable(typeof(IReadOnlyList<JobError>))]
[JsonSerializable(typeof(IReadOnlyList<string>))]
[JsonSerializable(typeof(IReadOnlyList<CallbackDelivery>))]
internal sealed partial class JobJson : JsonSerializerContext
{
    public static byte[] Errors(IReadOnlyList<JobError> errors) =>
        errors.Count == 0 ? [] : JsonSerializer.SerializeToUtf8Bytes(errors, Default.IReadOnlyListJobError);

    public static IReadOnlyList<JobError> Errors(ReadOnlySpan<byte> utf8) =>
        utf8.IsEmpty ? [] : JsonSerializer.Deserialize(utf8, Default.IReadOnlyListJobError) ?? [];

    public static byte[] Callbacks(IReadOnlyList<CallbackDelivery> callbacks) =>
        callbacks.Count == 0 ? [] : JsonSerializer.SerializeToUtf8Bytes(callbacks, Default.IReadOnlyListCallbackDelivery);

    public static IReadOnlyList<CallbackDelivery> Callbacks(ReadOnlySpan<byte> utf8) =>
        utf8.IsEmpty ? [] : JsonSerializer.Deserialize(utf8, Default.IReadOnlyListCallbackDelivery) ?? [];

    public static byte[] Texts(IReadOnlyList<string> texts) =>
        texts.Count == 0 ? [] : JsonSerializer.SerializeToUtf8Bytes(texts, Default.IReadOnlyListString);

    public static IReadOnlyList<string> Texts(ReadOnlySpan<byte> utf8) =>
        utf8.IsEmpty ? [] : JsonSerializer.Deserialize(utf8, Default.IReadOnlyListString) ?? [];
}

/// <summary>What of a job is rarely given, and never searched by.</summary>
internal sealed record JobDetails
{
    public Backoff? Backoff { get; init; }

    public string? ResourceType { get; init; }

    public string? ResourceUrl { get; init; }

    public IReadOnlyList<KeyValuePair<string, string>>? Labels { get; init; }

    public IReadOnlyList<KeyValuePair<string, string>>? Annotations { get; init; }

    public JobCallback? Callback { get; init; }

    private bool IsEmpty =>
        this is { Backoff: null, ResourceType: null, ResourceUrl: null, Labels: null, Annotations: null, Callback: null };

    public static byte[] From(NewJob job)
    {
        var details = new JobDetails
        {
            Backoff = job.Backoff == Jobs.Backoff.Default ? null : job.Backoff,
            ResourceType = job.Resource?.Type,
            ResourceUrl = job.Resource?.Url,
            Labels = job.Metadata.Labels is { Count: > 0 } labels ? labels : null,
            Annotations = job.Metadata.Annotations is { Count: > 0 } annotations ? annotations : null,
            Callback = job.Callback,
        };
        return details.IsEmpty ? [] : JsonSerializer.SerializeToUtf8Bytes(details, JobJson.Default.JobDetails);
    }

    public static JobDetails? Read(ReadOnlySpan<byte> utf8) => utf8.IsEmpty ? null : JsonSerializer.Deserialize(utf8, JobJson.Default.JobDetails);
}
