using System.Text.Encodings.Web;
using System.Text.Json;

namespace CloudController.Jobs.AspNetCore.Responses;

/// <summary>A JSON body in the making: a buffer and the writer on it. Each thread keeps one of each style, so that answering
/// allocates nothing.</summary>
internal sealed class JsonBody : IDisposable
{
    // Text stays readable, such as "entity>error": whoever takes JSON for HTML is stopped by its content type and nosniff.
    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonWriterOptions Pretty = Compact with { Indented = true, IndentSize = 2, NewLine = "\n" };

    [ThreadStatic]
    private static JsonBody? spareCompact;

    [ThreadStatic]
    private static JsonBody? sparePretty;

    private readonly PooledBuffer buffer = new();
    private readonly bool pretty;

    private JsonBody(bool pretty)
    {
        this.pretty = pretty;
        Writer = new Utf8JsonWriter(buffer, pretty ? Pretty : Compact);
    }

    public Utf8JsonWriter Writer { get; }

    /// <summary>What was written so far.</summary>
    public ReadOnlyMemory<byte> Bytes
    {
        get
        {
            Writer.Flush();
            return buffer.Written;
        }
    }

    public static JsonBody RentCompact() => Rent(ref spareCompact, pretty: false);

    public static JsonBody RentPretty() => Rent(ref sparePretty, pretty: true);

    /// <summary>Gives it back; its bytes are void from now on.</summary>
    public void Dispose()
    {
        Writer.Reset();
        buffer.Clear();
        if (pretty)
            sparePretty = this;
        else
            spareCompact = this;
    }

    private static JsonBody Rent(ref JsonBody? spare, bool pretty)
    {
        var rented = spare ?? new JsonBody(pretty);
        spare = null;
        return rented;
    }
}
