using System.Buffers.Binary;
using System.Security.Cryptography;

namespace CloudController.Jobs;

/// <summary>Makes and reads the guids that jobs are known by outside.</summary>
public static class JobGuid
{
    /// <summary>Length of a guid's text form.</summary>
    public const int Length = 36;

    /// <summary>A new version 7 guid (RFC 9562): the clock's milliseconds, then 74 bits from the system's cryptographic source.
    /// Guids made later sort later, so that a store's index grows at its end; whoever has none cannot guess one.</summary>
    public static Guid New(DateTimeOffset now)
    {
        Span<byte> bytes = stackalloc byte[16];
        RandomNumberGenerator.Fill(bytes[6..]);
        BinaryPrimitives.WriteInt64BigEndian(bytes, (now.ToUnixTimeMilliseconds() << 16) | ((long)bytes[6] << 8) | bytes[7]);
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x70);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true);
    }

    /// <summary>Reads a guid spelt as this system spells it: 36 lower-case characters. Any other spelling is not a guid here (contract §3).</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out Guid guid)
    {
        guid = default;
        return text.Length == Length && !text.ContainsAnyInRange('A', 'Z') && Guid.TryParseExact(text, "D", out guid);
    }
}
