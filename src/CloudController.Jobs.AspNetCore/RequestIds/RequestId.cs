using System.Buffers;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace CloudController.Jobs.AspNetCore.RequestIds;

/// <summary>Ids of requests as Cloud Controller makes them: <c>uuid</c>, or <c>incoming::uuid</c> (contract §3).</summary>
internal static class RequestId
{
    public const string Header = "X-VCAP-Request-ID";
    public const string OtherHeader = "X-Request-ID";
    private const int LongestIncoming = 255;
    private const int UuidLength = 36;

    private static readonly SearchValues<char> Allowed = SearchValues.Create("-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz");

    // Asking the system for 16 bytes costs as much as for 1,024.
    [ThreadStatic]
    private static byte[]? random;

    [ThreadStatic]
    private static int used;

    /// <summary>The id of a request that came with these headers.</summary>
    public static string For(IHeaderDictionary headers)
    {
        Span<char> id = stackalloc char[LongestIncoming + 2 + UuidLength];
        var length = Clean(headers[Header], id);
        if (length == 0)
            length = Clean(headers[OtherHeader], id);

        if (length > 0)
        {
            "::".CopyTo(id[length..]);
            length += 2;
        }

        NewUuid().TryFormat(id[length..], out var written);
        return new string(id[..(length + written)]);
    }

    private static int Clean(StringValues incoming, Span<char> id)
    {
        var length = 0;
        foreach (var character in incoming.Count == 0 ? "" : incoming.ToString())
        {
            if (length == LongestIncoming)
                break;

            if (Allowed.Contains(character))
                id[length++] = character;
        }

        return length;
    }

    private static Guid NewUuid()
    {
        const int size = 16;
        if (random is null || used == random.Length)
        {
            random ??= new byte[64 * size];
            RandomNumberGenerator.Fill(random);
            used = 0;
        }

        var bytes = random.AsSpan(used, size);
        used += size;
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true);
    }
}
