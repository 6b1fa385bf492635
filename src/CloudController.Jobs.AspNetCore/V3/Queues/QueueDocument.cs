using System.Text.Json;
using CloudController.Jobs.Storage;

namespace CloudController.Jobs.AspNetCore.V3.Queues;

/// <summary>A queue or an operation, the instant at which it is looked at, and the URL of all of its kind.</summary>
internal readonly record struct ShownQueue(QueueStatus Queue, DateTimeOffset Now, string Url);

/// <summary>All queues or operations, the instant at which they are looked at, and their URL.</summary>
internal readonly record struct ShownQueues(IReadOnlyList<QueueStatus> Queues, DateTimeOffset Now, string Url);

/// <summary>The queue, or operation, of v3: every phase counted, exactly up to 10,000; those that hold more are named in
/// <c>at_least</c>.</summary>
internal static class QueueDocument
{
    public static void Write(Utf8JsonWriter writer, ShownQueue shown)
    {
        var queue = shown.Queue;
        writer.WriteStartObject();
        writer.WriteString("name"u8, queue.Name);
        WriteCounts(writer, queue.Counts);
        if (queue.OldestWaitingSince is { } since)
            writer.WriteNumber("oldest_waiting_seconds"u8, Math.Max(0, (long)(shown.Now - since).TotalSeconds));
        else
            writer.WriteNull("oldest_waiting_seconds"u8);

        WritePause(writer, queue.Pause);
        if (queue.Limits is { } limits)
            WriteLimits(writer, limits);
        writer.WriteStartObject("links"u8);
        writer.WriteStartObject("self"u8);
        writer.WriteString("href"u8, $"{shown.Url}/{queue.Name}");
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    public static void WriteAll(Utf8JsonWriter writer, ShownQueues shown)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("resources"u8);
        foreach (var queue in shown.Queues)
            Write(writer, new ShownQueue(queue, shown.Now, shown.Url));
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteCounts(Utf8JsonWriter writer, IReadOnlyDictionary<JobPhase, int> counts)
    {
        var shown = Enum.GetValues<JobPhase>()
            .GroupBy(phase => phase.PhaseName(), counts.GetValueOrDefault, StringComparer.Ordinal)
            .Select(phase => (Name: phase.Key, Count: phase.Sum()))
            .ToList();

        writer.WriteStartObject("counts"u8);
        foreach (var (name, count) in shown)
            writer.WriteNumber(name, Math.Min(count, QueueStatus.CountedUpTo));
        writer.WriteEndObject();

        writer.WriteStartArray("at_least"u8);
        foreach (var (name, _) in shown.Where(phase => phase.Count > QueueStatus.CountedUpTo))
            writer.WriteStringValue(name);
        writer.WriteEndArray();
    }

    private static void WriteLimits(Utf8JsonWriter writer, QueueLimits limits)
    {
        if (limits.Concurrency is { } concurrency)
            writer.WriteNumber("concurrency"u8, concurrency);
        else
            writer.WriteNull("concurrency"u8);

        if (limits.Rate is { } rate)
        {
            writer.WriteStartObject("rate"u8);
            writer.WriteNumber("count"u8, rate.Count);
            writer.WriteNumber("seconds"u8, rate.Seconds);
            writer.WriteEndObject();
        }
        else
        {
            writer.WriteNull("rate"u8);
        }

        if (limits.ChangedAt is { } at)
        {
            writer.WriteStartObject("limits_changed"u8);
            JobDocument.WriteTime(writer, "at"u8, at);
            writer.WriteString("by"u8, limits.ChangedBy);
            writer.WriteEndObject();
        }
        else
        {
            writer.WriteNull("limits_changed"u8);
        }
    }

    private static void WritePause(Utf8JsonWriter writer, QueuePause? pause)
    {
        if (pause is null)
        {
            writer.WriteNull("paused"u8);
            return;
        }

        writer.WriteStartObject("paused"u8);
        JobDocument.WriteTime(writer, "since"u8, pause.Since);
        writer.WriteString("by"u8, pause.By);
        writer.WriteString("reason"u8, pause.Reason);
        writer.WriteEndObject();
    }
}
