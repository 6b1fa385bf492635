using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;

namespace CloudController.Jobs.AspNetCore.V3.Events;

/// <summary>What a follower has seen of a job: the id of an event. It carries all that resuming needs, so that any node can go on where another
/// stopped, and nothing that can be read.</summary>
/// <param name="State">Hash of the state last sent.</param>
/// <param name="Progress">Hash of the progress last sent.</param>
/// <param name="Warnings">How many of the job's warnings were sent; a job only ever gains some, at the end.</param>
/// <param name="Ended">Whether <c>end</c> was sent.</param>
internal readonly record struct EventId(ulong State, ulong Progress, int Warnings, bool Ended)
{
    /// <summary>Length of its text.</summary>
    public const int Length = 30;

    private const int CheckedBytes = 18;
    private const int Bytes = CheckedBytes + sizeof(uint);

    /// <summary>Of a follower who has seen nothing.</summary>
    public static EventId Nothing { get; }

    /// <summary>Reads the id of an event of this job.</summary>
    /// <returns><see langword="false"/> if it is no such id.</returns>
    public static bool TryParse(ReadOnlySpan<char> text, Guid job, out EventId id)
    {
        id = default;
        Span<byte> bytes = stackalloc byte[Bytes];
        if (text.Length != Length || !Base64Url.IsValid(text, out var length) || length != Bytes)
            return false;

        Base64Url.DecodeFromChars(text, bytes);
        if (bytes[0] > 1 || BinaryPrimitives.ReadUInt32LittleEndian(bytes[CheckedBytes..]) != Check(bytes[..CheckedBytes], job))
            return false;

        id = new EventId(
            BinaryPrimitives.ReadUInt64LittleEndian(bytes[2..]), BinaryPrimitives.ReadUInt64LittleEndian(bytes[10..]), bytes[1], bytes[0] == 1);
        return true;
    }

    /// <summary>A document's first 64 bits of SHA-256: two that differ are as good as never taken for one.</summary>
    public static ulong Hash(ReadOnlySpan<byte> document)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(document, hash);
        return BinaryPrimitives.ReadUInt64LittleEndian(hash);
    }

    /// <summary>Writes its <see cref="Length"/> ASCII characters.</summary>
    public void Format(Guid job, Span<byte> utf8)
    {
        Span<byte> bytes = stackalloc byte[Bytes];
        bytes[0] = Ended ? (byte)1 : (byte)0;
        bytes[1] = (byte)Warnings;
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[2..], State);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[10..], Progress);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[CheckedBytes..], Check(bytes[..CheckedBytes], job));
        Base64Url.EncodeToUtf8(bytes, utf8);
    }

    // Tells an id from a typing error and from another job's; it is no secret, for whoever makes one up only misleads itself.
    private static uint Check(ReadOnlySpan<byte> bytes, Guid job)
    {
        Span<byte> whole = stackalloc byte[16 + CheckedBytes];
        job.TryWriteBytes(whole);
        bytes.CopyTo(whole[16..]);
        return (uint)Hash(whole);
    }
}
