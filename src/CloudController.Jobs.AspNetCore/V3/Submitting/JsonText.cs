using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace CloudController.Jobs.AspNetCore.V3.Submitting;

/// <summary>Reads JSON strings whose escapes may name half a character: <c>\ud800</c> alone is JSON, but no text.</summary>
internal static class JsonText
{
    /// <summary>The string that a reader stands at.</summary>
    /// <returns>Whether it is Unicode text.</returns>
    public static bool TryRead(ref Utf8JsonReader reader, [NotNullWhen(true)] out string? text)
    {
        if (!reader.ValueIsEscaped)
        {
            text = reader.GetString()!;
            return true;
        }

        var rented = ArrayPool<byte>.Shared.Rent(reader.ValueSpan.Length);
        var bytes = rented.AsSpan(0, Unescape(reader.ValueSpan, rented));
        text = Utf8.IsValid(bytes) ? Encoding.UTF8.GetString(bytes) : null;
        ArrayPool<byte>.Shared.Return(rented);
        return text is not null;
    }

    /// <summary>The string that a reader stands at, if it has so many characters and U+0000 is none of them.</summary>
    /// <returns>Whether it is such text.</returns>
    public static bool TryRead(ref Utf8JsonReader reader, int min, int max, [NotNullWhen(true)] out string? text)
    {
        text = null;

        // A character takes at most 12 bytes of JSON, two escapes; what is longer cannot be short enough.
        return reader.TokenType == JsonTokenType.String && reader.ValueSpan.Length <= 12L * max && TryRead(ref reader, out text)
            && !text.Contains('\0') && CountCharacters(text) is var count && count >= min && count <= max;
    }

    /// <summary>Unicode characters of a text, as Cloud Controller and JSON Schema count them: both halves of a surrogate pair are one.</summary>
    public static int CountCharacters(string text)
    {
        var count = text.Length;
        foreach (var unit in text)
        {
            if (char.IsLowSurrogate(unit))
                count--;
        }

        return count;
    }

    /// <summary>Whether the string or name that a reader stands at is this one; a reader's own comparison throws at what is no text.</summary>
    public static bool Equals(ref Utf8JsonReader reader, ReadOnlySpan<byte> utf8)
    {
        if (!reader.ValueIsEscaped)
            return reader.ValueSpan.SequenceEqual(utf8);

        // An escape is at most six times as long as what it stands for.
        if (reader.ValueSpan.Length > 6 * utf8.Length)
            return false;

        Span<byte> bytes = stackalloc byte[reader.ValueSpan.Length];
        return bytes[..Unescape(reader.ValueSpan, bytes)].SequenceEqual(utf8);
    }

    /// <summary>The string or name that a reader stands at, what is no text replaced: to be shown, not kept.</summary>
    public static string Lenient(ref Utf8JsonReader reader)
    {
        var rented = ArrayPool<byte>.Shared.Rent(reader.ValueSpan.Length);
        var text = Encoding.UTF8.GetString(rented.AsSpan(0, Unescape(reader.ValueSpan, rented)));
        ArrayPool<byte>.Shared.Return(rented);
        return text;
    }

    /// <summary>Resolves the escapes of a JSON string's inside that a reader accepted. Half a surrogate pair becomes the three bytes that UTF-8 has
    /// no other use for, so that two strings are the same bytes only if they are the same string.</summary>
    /// <returns>How many bytes were written, never more than there were.</returns>
    public static int Unescape(ReadOnlySpan<byte> raw, Span<byte> destination)
    {
        var written = 0;
        while (!raw.IsEmpty)
        {
            var plain = raw.IndexOf((byte)'\\');
            if (plain < 0)
                plain = raw.Length;

            raw[..plain].CopyTo(destination[written..]);
            written += plain;
            raw = raw[plain..];
            if (!raw.IsEmpty)
                written += UnescapeOne(ref raw, destination[written..]);
        }

        return written;
    }

    private static int UnescapeOne(ref ReadOnlySpan<byte> raw, Span<byte> destination)
    {
        if (raw[1] != (byte)'u')
        {
            destination[0] = raw[1] switch
            {
                (byte)'b' => (byte)'\b',
                (byte)'f' => (byte)'\f',
                (byte)'n' => (byte)'\n',
                (byte)'r' => (byte)'\r',
                (byte)'t' => (byte)'\t',
                var same => same,
            };
            raw = raw[2..];
            return 1;
        }

        var unit = CodeUnit(raw);
        raw = raw[6..];
        if (char.IsHighSurrogate((char)unit) && raw.StartsWith("\\u"u8) && CodeUnit(raw) is var low && char.IsLowSurrogate((char)low))
        {
            raw = raw[6..];
            return new Rune((char)unit, (char)low).EncodeToUtf8(destination);
        }

        return Encode(unit, destination);
    }

    private static int CodeUnit(ReadOnlySpan<byte> escape) =>
        int.Parse(escape.Slice(2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    private static int Encode(int unit, Span<byte> destination)
    {
        switch (unit)
        {
            case < 0x80:
                destination[0] = (byte)unit;
                return 1;
            case < 0x800:
                destination[0] = (byte)(0xC0 | (unit >> 6));
                destination[1] = (byte)(0x80 | (unit & 0x3F));
                return 2;
            default:
                destination[0] = (byte)(0xE0 | (unit >> 12));
                destination[1] = (byte)(0x80 | ((unit >> 6) & 0x3F));
                destination[2] = (byte)(0x80 | (unit & 0x3F));
                return 3;
        }
    }
}
