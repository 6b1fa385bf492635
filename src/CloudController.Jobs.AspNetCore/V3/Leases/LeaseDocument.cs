using System.Text.Json;
using CloudController.Jobs.AspNetCore.Errors;
using CloudController.Jobs.Leasing;
using CloudController.Jobs.Storage;

namespace CloudController.Jobs.AspNetCore.V3.Leases;

/// <summary>Leases that were just taken.</summary>
/// <param name="Runs">The jobs.</param>
/// <param name="Duration">How long they hold.</param>
/// <param name="BaseUrl">What links begin with.</param>
internal readonly record struct ShownLeases(IReadOnlyList<ClaimedJob> Runs, TimeSpan Duration, string BaseUrl);

/// <summary>A lease that was just extended.</summary>
internal readonly record struct ShownHeartbeat(LeaseHeartbeat Heartbeat, TimeSpan Duration);

/// <summary>One result of a bulk: the job, or the error.</summary>
internal readonly record struct BulkResult(string? Lease, int Status, Job? Job, JobError? Error);

/// <summary>The results of a bulk, in order.</summary>
internal readonly record struct ShownResults(IReadOnlyList<BulkResult> Results, string BaseUrl);

/// <summary>What the lease routes answer.</summary>
internal static class LeaseDocument
{
    public static void WriteLeases(Utf8JsonWriter writer, ShownLeases shown)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("resources"u8);
        foreach (var run in shown.Runs)
        {
            var (job, life) = (run.Job, run.Job.Lifecycle);
            writer.WriteStartObject();
            writer.WriteString("lease"u8, new LeaseKey(job.Guid, run.Lease).ToString());
            JobDocument.WriteTime(writer, "expires_at"u8, life.LeaseExpiresAt);
            writer.WriteNumber("expires_in_seconds"u8, (long)shown.Duration.TotalSeconds);
            writer.WriteNumber("run"u8, life.Run);
            writer.WriteNumber("attempt"u8, life.Attempt);
            JobDocument.WriteJson(writer, "arguments"u8, job.Arguments);
            writer.WriteString("request_id"u8, job.RequestId);
            writer.WriteString("traceparent"u8, job.TraceParent);
            writer.WritePropertyName("job"u8);
            JobDocument.Write(writer, new ShownJob(job, shown.BaseUrl, JobView.Listed) { HidesCallbacks = true });
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    public static void WriteHeartbeat(Utf8JsonWriter writer, ShownHeartbeat shown)
    {
        writer.WriteStartObject();
        JobDocument.WriteTime(writer, "expires_at"u8, shown.Heartbeat.ExpiresAt);
        writer.WriteNumber("expires_in_seconds"u8, (long)shown.Duration.TotalSeconds);
        writer.WriteBoolean("cancel_requested"u8, shown.Heartbeat.CancelRequested);
        writer.WriteEndObject();
    }

    // Jobs without arguments and result, as in lists: a thousand of them may be large.
    public static void WriteResults(Utf8JsonWriter writer, ShownResults shown)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("results"u8);
        foreach (var result in shown.Results)
        {
            writer.WriteStartObject();
            writer.WriteString("lease"u8, result.Lease);
            writer.WriteNumber("status"u8, result.Status);
            writer.WritePropertyName("body"u8);
            if (result.Job is { } job)
                JobDocument.Write(writer, new ShownJob(job, shown.BaseUrl, JobView.Listed) { HidesCallbacks = true });
            else
                ErrorResponse.WriteV3(writer, result.Error!);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
