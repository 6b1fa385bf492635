using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace CloudController.Jobs.Dashboard.SignIn;

/// <summary>A sign-in that was begun here and goes on at the issuer. It is kept in a cookie of the browser that began it, so that any node can end it.</summary>
/// <param name="ExpiresAt">Until when the issuer's answer is taken.</param>
/// <param name="State">What the answer must carry, so that nobody else's is taken.</param>
/// <param name="Nonce">What the ID token must carry, so that it is of this sign-in.</param>
/// <param name="Verifier">What the code is traded in with (PKCE, RFC 7636), so that a stolen code is worth nothing.</param>
/// <param name="To">Where to go afterwards.</param>
internal sealed record PendingSignIn(DateTimeOffset ExpiresAt, string State, string Nonce, string Verifier, string To)
{
    private const int SecretBytes = 32;
    private const char Separator = ' '; // which no part has

    /// <summary>What the issuer is shown of the verifier.</summary>
    public string Challenge => Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(Verifier)));

    public static PendingSignIn Begin(DateTimeOffset expiresAt, string to) => new(expiresAt, Secret(), Secret(), Secret(), to);

    public string Seal(byte[] key)
    {
        var milliseconds = ExpiresAt.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
        return SealedBox.Seal(Encoding.ASCII.GetBytes(string.Join(Separator, milliseconds, State, Nonce, Verifier, To)), key);
    }

    /// <summary>Opens what <see cref="Seal"/> made.</summary>
    /// <returns>Whether it is that, unchanged, and made with this key.</returns>
    public static bool TryOpen(string text, byte[] key, [NotNullWhen(true)] out PendingSignIn? pending)
    {
        pending = SealedBox.TryOpen(text, key, out var plain)
            && Encoding.ASCII.GetString(plain).Split(Separator) is [var milliseconds, var state, var nonce, var verifier, var to]
            && long.TryParse(milliseconds, NumberStyles.None, CultureInfo.InvariantCulture, out var expiresAt)
            ? new PendingSignIn(DateTimeOffset.FromUnixTimeMilliseconds(expiresAt), state, nonce, verifier, to)
            : null;
        return pending is not null;
    }

    private static string Secret() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes));
}
