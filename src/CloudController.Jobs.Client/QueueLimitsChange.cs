using System.Text.Json;

namespace CloudController.Jobs.Client;

/// <summary>What is to change of a queue's limits: what is not set stays as it is, <see langword="null"/> lifts a limit.</summary>
public sealed class QueueLimitsChange
{
    private bool changesConcurrency;
    private bool changesRate;

    /// <summary>How many jobs may run at once, on all nodes together, from 1 to 1,000,000.</summary>
    public int? Concurrency
    {
        get;
        set => (field, changesConcurrency) = (value, true);
    }

    /// <summary>How many jobs may start within how long, on all nodes together.</summary>
    public QueueRateDocument? Rate
    {
        get;
        set => (field, changesRate) = (value, true);
    }

    internal byte[] ToJson()
    {
        using var json = new MemoryStream();
        using (var writer = new Utf8JsonWriter(json))
        {
            writer.WriteStartObject();
            if (changesConcurrency)
            {
                writer.WritePropertyName("concurrency"u8);
                JsonSerializer.Serialize(writer, Concurrency, Wire.Default.NullableInt32);
            }

            if (changesRate)
            {
                writer.WritePropertyName("rate"u8);
                JsonSerializer.Serialize(writer, Rate, Wire.Default.QueueRateDocument);
            }

            writer.WriteEndObject();
        }

        return json.ToArray();
    }
}
