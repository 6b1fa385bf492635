using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace CloudController.Jobs.Storage;

/// <summary>Names one run of one job: the fence in every transition of a running job. Never issued twice.</summary>
/// <param name="Job">The store's own number of the job.</param>
/// <param name="Run">The job's run, which rises at every claim.</param>
/// <param name="Nonce">From a cryptographic source, so that no lease can be guessed, and a store restored from a copy issues none again.</param>
public readonly record struct LeaseId(long Job, int Run, long Nonce)
{
    private const int Bytes = sizeof(long) + sizeof(int) + sizeof(long);
    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789abcdef");

    /// <summary>Forty lower-case hexadecimal digits.</summary>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Bytes];
        BinaryPrimitives.WriteInt64BigEndian(bytes, Job);
        BinaryPrimitives.WriteInt32BigEndian(bytes[8..], Run);
        BinaryPrimitives.WriteInt64BigEndian(bytes[12..], Nonce);
        return Convert.ToHexStringLower(bytes);
    }

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out LeaseId lease)
    {
        lease = default;
        if (text is not { Length: Bytes * 2 } || text.AsSpan().ContainsAnyExcept(Digits))
        {
            return false;
        }

        lease = new LeaseId(
            long.Parse(text.AsSpan(0, 16), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture),
            int.Parse(text.AsSpan(16, 8), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture),
            long.Parse(text.AsSpan(24, 16), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
        return true;
    }
}
