using System.Buffers;

namespace CloudController.Jobs.AspNetCore.V3.Submitting;

/// <summary>Keeps a JSON value as it was sent, without the space between its tokens: digits, escapes and the order of keys stay.</summary>
internal static class CompactJson
{
    private static readonly SearchValues<byte> SpaceOrQuote = SearchValues.Create(" \t\r\n\""u8);
    private static readonly SearchValues<byte> QuoteOrEscape = SearchValues.Create("\"\\"u8);

    /// <param name="json">One value that a reader has accepted.</param>
    public static byte[] From(ReadOnlySpan<byte> json)
    {
        var rented = ArrayPool<byte>.Shared.Rent(json.Length);
        var compact = rented.AsSpan(0, Copy(json, rented)).ToArray();
        ArrayPool<byte>.Shared.Return(rented);
        return compact;
    }

    private static int Copy(ReadOnlySpan<byte> json, Span<byte> destination)
    {
        var written = 0;
        while (!json.IsEmpty)
        {
            var plain = json.IndexOfAny(SpaceOrQuote);
            if (plain < 0)
                plain = json.Length;

            var end = plain < json.Length && json[plain] == '"' ? EndOfString(json, plain) : plain;
            json[..end].CopyTo(destination[written..]);
            written += end;
            json = json[end..];
            if (end == plain && !json.IsEmpty)
                json = json[1..];
        }

        return written;
    }

    private static int EndOfString(ReadOnlySpan<byte> json, int start)
    {
        var at = start + 1;
        while (true)
        {
            at += json[at..].IndexOfAny(QuoteOrEscape);
            if (json[at] == '"')
                return at + 1;

            at += 2;
        }
    }
}
