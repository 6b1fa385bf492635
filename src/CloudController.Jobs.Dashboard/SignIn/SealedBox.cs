using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace CloudController.Jobs.Dashboard.SignIn;

/// <summary>What a cookie holds: encrypted and authenticated (AES-256-GCM), so that the browser can neither read nor change it.</summary>
internal static class SealedBox
{
    private const int NonceBytes = 12;
    private const int TagBytes = 16;
    private const int MaxLength = 64 * 1024;

    public static string Seal(ReadOnlySpan<byte> plain, byte[] key)
    {
        var box = new byte[NonceBytes + plain.Length + TagBytes];
        RandomNumberGenerator.Fill(box.AsSpan(0, NonceBytes));
        using var cipher = new AesGcm(key, TagBytes);
        cipher.Encrypt(box.AsSpan(0, NonceBytes), plain, box.AsSpan(NonceBytes, plain.Length), box.AsSpan(NonceBytes + plain.Length));
        return Base64Url.EncodeToString(box);
    }

    /// <summary>Opens what <see cref="Seal"/> made.</summary>
    /// <returns>Whether it is that, unchanged, and made with this key.</returns>
    public static bool TryOpen(string text, byte[] key, [NotNullWhen(true)] out byte[]? plain)
    {
        plain = null;
        if (text.Length > MaxLength || !Base64Url.IsValid(text))
            return false;

        var box = Base64Url.DecodeFromChars(text);
        var length = box.Length - NonceBytes - TagBytes;
        if (length < 0)
            return false;

        var opened = new byte[length];
        using var cipher = new AesGcm(key, TagBytes);
        try
        {
            cipher.Decrypt(box.AsSpan(0, NonceBytes), box.AsSpan(NonceBytes, length), box.AsSpan(NonceBytes + length), opened);
        }
        catch (AuthenticationTagMismatchException)
        {
            return false; // another store's, or made up
        }

        plain = opened;
        return true;
    }
}
