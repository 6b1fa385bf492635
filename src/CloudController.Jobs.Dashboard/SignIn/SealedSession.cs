using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Unicode;

namespace CloudController.Jobs.Dashboard.SignIn;

/// <summary>A session as its cookie holds it.</summary>
internal static class SealedSession
{
    private const int GuidBytes = 16;
    private const int HeadBytes = GuidBytes + sizeof(long);

    public static string Seal(Session session, byte[] key)
    {
        var plain = new byte[HeadBytes + Encoding.UTF8.GetByteCount(session.Token)];
        session.Id.TryWriteBytes(plain);
        BinaryPrimitives.WriteInt64BigEndian(plain.AsSpan(GuidBytes), session.ExpiresAt.ToUnixTimeMilliseconds());
        Encoding.UTF8.GetBytes(session.Token, plain.AsSpan(HeadBytes));
        return SealedBox.Seal(plain, key);
    }

    /// <summary>Opens what <see cref="Seal"/> made.</summary>
    /// <returns>Whether it is that, unchanged, and made with this key.</returns>
    public static bool TryOpen(string text, byte[] key, [NotNullWhen(true)] out Session? session)
    {
        session = null;
        if (!SealedBox.TryOpen(text, key, out var plain) || plain.Length < HeadBytes || !Utf8.IsValid(plain.AsSpan(HeadBytes)))
            return false;

        var expiresAt = DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64BigEndian(plain.AsSpan(GuidBytes)));
        session = new Session(new Guid(plain.AsSpan(0, GuidBytes)), expiresAt, Encoding.UTF8.GetString(plain.AsSpan(HeadBytes)));
        return true;
    }
}
