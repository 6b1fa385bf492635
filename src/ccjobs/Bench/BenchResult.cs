using System.Buffers;
using System.Text.Json;

namespace CloudController.Jobs.Cli.Bench;

/// <summary>What was measured.</summary>
/// <param name="Jobs">How many were enqueued one by one, and again in bulks.</param>
/// <param name="EnqueuePerSecond">One by one, each caller waiting for its commit.</param>
/// <param name="BulkPerSecond">In bulks, one after another.</param>
/// <param name="ProcessPerSecond">From the first claim until the last end is on disk.</param>
/// <param name="PickupP50">At rest: from a submit's return to the beginning of the run, the median.</param>
/// <param name="PickupP99">The same, what 99 of 100 do not exceed.</param>
internal sealed record BenchResult(
    int Jobs, double EnqueuePerSecond, double BulkPerSecond, double ProcessPerSecond, TimeSpan PickupP50, TimeSpan PickupP99)
{
    /// <summary>The document of <c>ccjobs bench --json</c> (contract §1), with what it was measured under.</summary>
    public ReadOnlyMemory<byte> ToJson()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("enqueue_per_second", Math.Round(EnqueuePerSecond, 1));
            json.WriteNumber("bulk_per_second", Math.Round(BulkPerSecond, 1));
            json.WriteNumber("process_per_second", Math.Round(ProcessPerSecond, 1));
            json.WriteStartObject("pickup_ms");
            json.WriteNumber("p50", Math.Round(PickupP50.TotalMilliseconds, 3));
            json.WriteNumber("p99", Math.Round(PickupP99.TotalMilliseconds, 3));
            json.WriteEndObject();
            json.WriteStartObject("settings");
            json.WriteString("store", "sqlite");
            json.WriteNumber("jobs", Jobs);
            json.WriteNumber("callers", JobBench.Callers);
            json.WriteNumber("bulk", JobBench.Bulk);
            json.WriteNumber("concurrency", JobBench.Concurrency);
            json.WriteNumber("pickups", JobBench.Pickups);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }
}
