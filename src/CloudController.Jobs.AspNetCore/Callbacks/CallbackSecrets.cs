using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using CloudController.Jobs.Storage;
using Microsoft.Extensions.Options;

namespace CloudController.Jobs.AspNetCore.Callbacks;

/// <summary>Each owner's secret, derived and never kept: who holds one can sign for no other owner.</summary>
internal sealed class CallbackSecrets(IJobStore store, IOptions<CallbackOptions> options)
{
    private const int Bytes = 32;
    private const string Name = "callbacks";

    private byte[]? key = options.Value.SigningKey is { } given ? Encoding.UTF8.GetBytes(given) : null;

    /// <summary>The owner's secret: 32 bytes.</summary>
    public async ValueTask<byte[]> FindAsync(JobOwner owner, CancellationToken cancellationToken)
    {
        key ??= await store.GetSecretAsync(Name, cancellationToken);
        return HKDF.DeriveKey(HashAlgorithmName.SHA256, key, Bytes, salt: [], InfoOf(owner));
    }

    // The issuer's length says where it ends, so that no two owners have the same.
    private static byte[] InfoOf(JobOwner owner)
    {
        var issuer = Encoding.UTF8.GetBytes(owner.Issuer);
        var length = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(length, issuer.Length);
        return [.. "ccjobs callback secret"u8, .. length, .. issuer, .. Encoding.UTF8.GetBytes(owner.Subject)];
    }
}
