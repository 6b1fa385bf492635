using System.Text;
using System.Text.Json;

namespace CloudController.Jobs.Cli.Commands;

/// <summary>JSON given on the command line, in a file (<c>@file</c>) or on standard input (<c>-</c>).</summary>
internal static class JsonInput
{
    /// <exception cref="UsageException">It can't be read, or is no JSON.</exception>
    public static async Task<JsonElement> ReadAsync(string option, string value, CancellationToken cancellationToken)
    {
        var text = value switch
        {
            "-" => Decode(option, await ReadAsync(Console.OpenStandardInput(), cancellationToken)),
            ['@', .. var file] => Decode(option, await ReadFileAsync(option, file, cancellationToken)),
            _ => value,
        };
        try
        {
            using var document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = 1024 });
            return document.RootElement.Clone();
        }
        catch (JsonException exception)
        {
            throw new UsageException(
                $"{option} is no valid JSON: something is wrong in line {exception.LineNumber + 1}, at byte {exception.BytePositionInLine + 1}.");
        }
    }

    private static async Task<byte[]> ReadFileAsync(string option, string file, CancellationToken cancellationToken)
    {
        try
        {
            return await File.ReadAllBytesAsync(file, cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new UsageException($"{option} names the file '{file}', which can't be read.");
        }
    }

    private static async Task<byte[]> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        using var buffer = new MemoryStream();

        // A read of a terminal ends with its input only, and an interrupt must not wait for that.
        await stream.CopyToAsync(buffer, cancellationToken).WaitAsync(cancellationToken);
        return buffer.ToArray();
    }

    private static string Decode(string option, byte[] bytes)
    {
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes).TrimStart('\ufeff');
        }
        catch (DecoderFallbackException)
        {
            throw new UsageException($"{option} is no valid JSON: it is not UTF-8.");
        }
    }
}
