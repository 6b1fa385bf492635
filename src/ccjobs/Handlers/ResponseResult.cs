using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;

namespace CloudController.Jobs.Cli.Handlers;

/// <summary>A response as the result of its job, cut so that it fits into one however it has to be escaped:
/// <c>{status, headers, body, body_encoding, truncated}</c>.</summary>
internal static class ResponseResult
{
    /// <summary>Most bytes of a body, after decompression, that are read and kept.</summary>
    public const int MaxBodyBytes = 131_072;

    private const int MaxExcerptBytes = 2_048;
    private const int MaxHeaders = 100;
    private const int MaxHeaderChars = 16_384;

    // A result is data for programs and is never put into a page as it is.
    private static readonly JsonWriterOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Reads as much of a response as is kept.</summary>
    /// <exception cref="IOException">The connection broke, or the body is not what its headers say.</exception>
    public static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var (body, truncated) = await ReadBodyAsync(response, MaxBodyBytes, cancellationToken);
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer, Json);
        json.WriteStartObject();
        json.WriteNumber("status", (int)response.StatusCode);
        WriteHeaders(json, response);
        WriteBody(json, truncated ? WithoutSplitCharacter(body.Span) : body.Span);
        json.WriteBoolean("truncated", truncated);
        json.WriteEndObject();
        await json.FlushAsync(cancellationToken);
        return buffer.WrittenMemory;
    }

    /// <summary>The beginning of a body, for the job's log; empty where it does not come. What the status says stands without it.</summary>
    public static async Task<string> ReadExcerptAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            var (body, _) = await ReadBodyAsync(response, MaxExcerptBytes, cancellationToken);
            return Encoding.UTF8.GetString(body.Span).Replace('\0', '\uFFFD');
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException or HttpRequestException or OperationCanceledException)
        {
            return "";
        }
    }

    private static async Task<(ReadOnlyMemory<byte> Body, bool Truncated)> ReadBodyAsync(
        HttpResponseMessage response, int maxBytes, CancellationToken cancellationToken)
    {
        using var body = new MemoryStream();
        var chunk = new byte[16_384];
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        while (body.Length <= maxBytes)
        {
            var read = await stream.ReadAsync(chunk, cancellationToken);
            if (read == 0)
                return (body.GetBuffer().AsMemory(0, (int)body.Length), false);

            body.Write(chunk, 0, read);
        }

        return (body.GetBuffer().AsMemory(0, maxBytes), true);
    }

    private static void WriteHeaders(Utf8JsonWriter json, HttpResponseMessage response)
    {
        json.WriteStartObject("headers");
        var left = MaxHeaderChars;
        var written = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, values) in response.Headers.NonValidated.Concat(response.Content.Headers.NonValidated).Take(MaxHeaders))
        {
            var value = values.ToString();
            if (left < name.Length + value.Length || !written.Add(name))
                continue;

            left -= name.Length + value.Length;
            json.WriteString(name.ToLowerInvariant(), value);
        }

        json.WriteEndObject();
    }

    private static void WriteBody(Utf8JsonWriter json, ReadOnlySpan<byte> body)
    {
        var isText = Utf8.IsValid(body);
        if (isText)
            json.WriteString("body", body);
        else
            json.WriteBase64String("body", body);

        json.WriteString("body_encoding", isText ? "text" : "base64");
    }

    // Else text would turn into base64 only because it was cut in the middle of a character.
    private static ReadOnlySpan<byte> WithoutSplitCharacter(ReadOnlySpan<byte> cut)
    {
        for (var length = 1; length <= 3 && length <= cut.Length; length++)
        {
            if (Rune.DecodeFromUtf8(cut[^length..], out _, out _) == OperationStatus.NeedMoreData)
                return cut[..^length];
        }

        return cut;
    }
}
