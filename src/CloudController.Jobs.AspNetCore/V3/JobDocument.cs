using System.Globalization;
using System.Text.Json;
using CloudController.Jobs.AspNetCore.Errors;
using CloudController.Jobs.Callbacks;

namespace CloudController.Jobs.AspNetCore.V3;

/// <summary>A job, and how much of it a reader sees.</summary>
/// <param name="Job">The job.</param>
/// <param name="BaseUrl">What links begin with, without a slash at the end.</param>
/// <param name="View">How much of it.</param>
internal readonly record struct ShownJob(Job Job, string BaseUrl, JobView View)
{
    /// <summary>Whether its callbacks are left out: whoever does the job need not know where its owner listens.</summary>
    public bool HidesCallbacks { get; init; }
}

/// <summary>How much of a job is shown.</summary>
internal enum JobView
{
    /// <summary>Cloud Controller's fields: to whoever holds the guid and may read.</summary>
    Open,

    /// <summary>All but arguments and result: in lists.</summary>
    Listed,

    /// <summary>Everything: to the owner and those who read everything.</summary>
    Whole,
}

/// <summary>The job of v3 (contract §5): Cloud Controller's fields in its order, then ours.</summary>
internal static class JobDocument
{
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    public static void Write(Utf8JsonWriter writer, ShownJob shown)
    {
        var job = shown.Job;
        writer.WriteStartObject();
        WriteOpen(writer, job, shown.BaseUrl);
        if (shown.View != JobView.Open)
        {
            WriteProgress(writer, job);
            WriteSubmitted(writer, job, shown.View);
            WriteCallbacks(writer, shown.HidesCallbacks ? job with { Callback = null, Callbacks = [] } : job);
        }

        writer.WriteEndObject();
    }

    public static void WriteTime(Utf8JsonWriter writer, ReadOnlySpan<byte> name, DateTimeOffset? time)
    {
        if (time is not { } known)
        {
            writer.WriteNull(name);
            return;
        }

        Span<byte> text = stackalloc byte[20];
        known.UtcDateTime.TryFormat(text, out var written, TimeFormat, CultureInfo.InvariantCulture);
        writer.WriteString(name, text[..written]);
    }

    private static void WriteOpen(Utf8JsonWriter writer, Job job, string baseUrl)
    {
        writer.WriteString("guid"u8, job.Guid);
        WriteTime(writer, "created_at"u8, job.CreatedAt);
        WriteTime(writer, "updated_at"u8, job.UpdatedAt);
        writer.WriteString("operation"u8, job.Operation);
        writer.WriteString("state"u8, job.Lifecycle.Phase.StateName());

        writer.WriteStartArray("errors"u8);
        foreach (var error in job.Lifecycle.Errors)
            ErrorResponse.WriteEntry(writer, error);
        writer.WriteEndArray();

        writer.WriteStartArray("warnings"u8);
        foreach (var warning in job.Warnings)
        {
            writer.WriteStartObject();
            writer.WriteString("detail"u8, warning);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();

        writer.WriteStartObject("links"u8);
        WriteLink(writer, "self", $"{baseUrl}/v3/jobs/{job.Guid}");
        if (job.Resource is { Url: { } url } resource)
            WriteLink(writer, resource.Type, url[0] == '/' ? baseUrl + url : url);
        writer.WriteEndObject();
    }

    private static void WriteLink(Utf8JsonWriter writer, string name, string href)
    {
        writer.WriteStartObject(name);
        writer.WriteString("href"u8, href);
        writer.WriteEndObject();
    }

    private static void WriteProgress(Utf8JsonWriter writer, Job job)
    {
        var life = job.Lifecycle;
        writer.WriteString("phase"u8, life.Phase.PhaseName());
        writer.WriteString("queue"u8, job.Queue);
        writer.WriteNumber("priority"u8, job.Priority);
        writer.WriteNumber("attempt"u8, life.Attempt);
        writer.WriteNumber("run"u8, life.Run);
        writer.WriteNumber("max_attempts"u8, life.AttemptsAllowed);
        WriteTime(writer, "run_at"u8, life.RunAt);
        WriteTime(writer, "started_at"u8, life.StartedAt);
        WriteTime(writer, "finished_at"u8, life.FinishedAt);
        if (job.Progress is not { } progress)
        {
            writer.WriteNull("progress"u8);
            return;
        }

        writer.WriteStartObject("progress"u8);
        writer.WriteNumber("percent"u8, progress.Percent);
        writer.WriteString("message"u8, progress.Message);
        writer.WriteEndObject();
    }

    private static void WriteSubmitted(Utf8JsonWriter writer, Job job, JobView view)
    {
        if (view == JobView.Whole)
            WriteJson(writer, "arguments"u8, job.Arguments);

        writer.WriteStartObject("backoff"u8);
        writer.WriteNumber("initial_seconds"u8, job.Backoff.InitialSeconds);
        writer.WriteNumber("factor"u8, job.Backoff.Factor);
        writer.WriteNumber("max_seconds"u8, job.Backoff.MaxSeconds);
        writer.WriteEndObject();

        writer.WriteNumber("timeout_seconds"u8, (long)job.Timeout.TotalSeconds);
        WriteTime(writer, "expires_at"u8, job.Lifecycle.ExpiresAt);
        WriteResource(writer, job.Resource);

        writer.WriteStartObject("metadata"u8);
        WriteEntries(writer, "labels"u8, job.Metadata.Labels);
        WriteEntries(writer, "annotations"u8, job.Metadata.Annotations);
        writer.WriteEndObject();

        if (view == JobView.Whole)
            WriteJson(writer, "result"u8, job.Result);
    }

    // No more than this: neither a name server's nor a network's word gets out.
    private static void WriteCallbacks(Utf8JsonWriter writer, Job job)
    {
        writer.WriteString("callback_url"u8, job.Callback?.Url);
        writer.WriteStartArray("callbacks"u8);
        foreach (var callback in job.Callbacks)
        {
            writer.WriteStartObject();
            writer.WriteString("outcome"u8, callback.Outcome.OutcomeName());
            if (callback.Status is { } status)
                writer.WriteNumber("status"u8, status);
            else
                writer.WriteNull("status"u8);
            writer.WriteNumber("tries"u8, callback.Tries);
            WriteTime(writer, "at"u8, callback.At);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteResource(Utf8JsonWriter writer, JobResource? resource)
    {
        if (resource is null)
        {
            writer.WriteNull("resource"u8);
            return;
        }

        writer.WriteStartObject("resource"u8);
        writer.WriteString("type"u8, resource.Type);
        writer.WriteString("guid"u8, resource.Guid);
        if (resource.Url is not null)
            writer.WriteString("url"u8, resource.Url);
        writer.WriteEndObject();
    }

    private static void WriteEntries(Utf8JsonWriter writer, ReadOnlySpan<byte> name, IReadOnlyList<KeyValuePair<string, string>> entries)
    {
        writer.WriteStartObject(name);
        foreach (var (key, value) in entries)
            writer.WriteString(key, value);
        writer.WriteEndObject();
    }

    // It was read as JSON when it came in, and is shown as it came.
    public static void WriteJson(Utf8JsonWriter writer, ReadOnlySpan<byte> name, ReadOnlyMemory<byte> json)
    {
        writer.WritePropertyName(name);
        if (json.IsEmpty)
            writer.WriteNullValue();
        else
            writer.WriteRawValue(json.Span, skipInputValidation: true);
    }
}
