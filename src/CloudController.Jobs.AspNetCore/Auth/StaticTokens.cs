using System.Buffers.Binary;
using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace CloudController.Jobs.AspNetCore.Auth;

/// <summary>The static tokens, of which only hashes are kept.</summary>
internal sealed class StaticTokens
{
    private readonly FrozenDictionary<ulong, Entry> byHash;

    public StaticTokens(IOptions<AuthOptions> options)
    {
        var written = options.Value.Tokens.Select(token => new Entry(Hash(token.Token), new Caller("", token.Name, token.Scopes)));
        var hashed = options.Value.HashedTokens.Select(token => new Entry(token.Sha256.ToArray(), new Caller("", token.Name, token.Scopes)));
        byHash = written.Concat(hashed).ToFrozenDictionary(entry => Key(entry.Sha256));
    }

    /// <summary>Whom a token speaks for; <see langword="null"/> if it is none of these.</summary>
    public Caller? Find(ReadOnlySpan<char> token)
    {
        if (byHash.Count == 0)
            return null;

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        Hash(token, hash);
        return byHash.TryGetValue(Key(hash), out var entry) && CryptographicOperations.FixedTimeEquals(entry.Sha256, hash) ? entry.Caller : null;
    }

    private static byte[] Hash(string token)
    {
        var hash = new byte[SHA256.HashSizeInBytes];
        Hash(token, hash);
        return hash;
    }

    private static void Hash(ReadOnlySpan<char> token, Span<byte> hash)
    {
        const int onStack = 512;
        var size = Encoding.UTF8.GetByteCount(token);
        var utf8 = size <= onStack ? stackalloc byte[onStack] : new byte[size];
        Encoding.UTF8.GetBytes(token, utf8);
        SHA256.HashData(utf8[..size], hash);
    }

    private static ulong Key(ReadOnlySpan<byte> hash) => BinaryPrimitives.ReadUInt64LittleEndian(hash);

    private sealed record Entry(byte[] Sha256, Caller Caller);
}
