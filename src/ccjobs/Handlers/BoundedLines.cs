using System.Text;

namespace CloudController.Jobs.Cli.Handlers;

/// <summary>Reads lines of text that a stranger writes, in bounded memory.</summary>
internal static class BoundedLines
{
    /// <summary>Most bytes of a line that are kept, enough for the longest warning; the rest is dropped up to the line's end.</summary>
    public const int MaxLineBytes = 65_536;

    /// <summary>Passes on each line, without its end, until the stream ends.</summary>
    public static async Task ReadAsync(Stream stream, Action<string> take, CancellationToken cancellationToken)
    {
        var chunk = new byte[16_384];
        using var line = new MemoryStream();
        int read;
        while ((read = await stream.ReadAsync(chunk, cancellationToken)) > 0)
        {
            var rest = chunk.AsMemory(0, read);
            int end;
            while ((end = rest.Span.IndexOf((byte)'\n')) >= 0)
            {
                Append(line, rest[..end]);
                take(Text(line));
                line.SetLength(0);
                rest = rest[(end + 1)..];
            }

            Append(line, rest);
        }

        if (line.Length > 0)
            take(Text(line));
    }

    private static void Append(MemoryStream line, ReadOnlyMemory<byte> part) =>
        line.Write(part.Span[..(int)Math.Min(part.Length, MaxLineBytes - line.Length)]);

    // NUL is no text, and not every store can keep it.
    private static string Text(MemoryStream line) =>
        Encoding.UTF8.GetString(line.GetBuffer().AsSpan(0, (int)line.Length)).TrimEnd('\r').Replace('\0', '\uFFFD');
}
