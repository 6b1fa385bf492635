using System.Text.Json;
using CloudController.Jobs.AspNetCore.Errors;
using CloudController.Jobs.Storage;

namespace CloudController.Jobs.AspNetCore.V3.Failures;

/// <summary>Failures, and what links begin with.</summary>
internal readonly record struct ShownFailures(FailureSummary Summary, string BaseUrl);

/// <summary>The errors workbench of v3: only for administrators, as it shows what really happened.</summary>
internal static class FailuresDocument
{
    public static void Write(Utf8JsonWriter writer, ShownFailures shown)
    {
        writer.WriteStartObject();
        writer.WriteNumber("examined"u8, shown.Summary.Examined);
        writer.WriteBoolean("partial"u8, shown.Summary.IsPartial);
        writer.WriteStartArray("resources"u8);
        foreach (var group in shown.Summary.Groups)
            Write(writer, group, shown.BaseUrl);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, FailureGroup group, string baseUrl)
    {
        writer.WriteStartObject();
        writer.WriteString("operation"u8, group.Operation);
        writer.WriteString("kind"u8, group.Kind);
        writer.WriteBoolean("unknown"u8, !FailureKind.IsCatalogued(group.Kind));
        writer.WriteNumber("count"u8, group.Count);
        JobDocument.WriteTime(writer, "first_at"u8, group.FirstAt);
        JobDocument.WriteTime(writer, "last_at"u8, group.LastAt);
        writer.WriteStartArray("queues"u8);
        foreach (var queue in group.Queues)
            writer.WriteStringValue(queue);
        writer.WriteEndArray();
        WriteSample(writer, group, baseUrl);
        writer.WriteEndObject();
    }

    private static void WriteSample(Utf8JsonWriter writer, FailureGroup group, string baseUrl)
    {
        var run = group.Sample;
        writer.WriteStartObject("sample"u8);
        writer.WriteString("guid"u8, group.SampleJob);
        writer.WriteNumber("number"u8, run.Attempt);
        writer.WriteNumber("run"u8, run.Run);
        JobDocument.WriteTime(writer, "started_at"u8, run.StartedAt);
        JobDocument.WriteTime(writer, "ended_at"u8, run.EndedAt);
        writer.WriteString("outcome"u8, run.Outcome);
        writer.WriteStartArray("errors"u8);
        foreach (var error in run.Errors)
            ErrorResponse.WriteEntry(writer, error);
        writer.WriteEndArray();
        writer.WriteString("worker"u8, run.Worker);
        writer.WriteString("exception"u8, run.Exception);
        writer.WriteStartObject("links"u8);
        writer.WriteStartObject("job"u8);
        writer.WriteString("href"u8, $"{baseUrl}/v3/jobs/{group.SampleJob}");
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.WriteEndObject();
    }
}
