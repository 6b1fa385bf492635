using System.Security.Cryptography;
using CloudController.Jobs.Storage;

namespace CloudController.Jobs.Dashboard.SignIn;

/// <summary>Keys of sessions and forms, derived from a secret of the store: so they outlive restarts, and every node of a store has the same.</summary>
internal sealed class SessionKeys(IJobStore store)
{
    private const int KeyBytes = 32;

    private Keys? keys;

    /// <summary>The keys; read once.</summary>
    public async ValueTask<Keys> GetAsync(CancellationToken cancellationToken) =>
        keys ??= Derive(await store.GetSecretAsync("dashboard", cancellationToken));

    private static Keys Derive(byte[] secret) => new(
        HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, KeyBytes, info: "session"u8.ToArray()),
        HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, KeyBytes, info: "form"u8.ToArray()),
        HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, KeyBytes, info: "sign-in"u8.ToArray()));

    /// <param name="Session">Seals cookies of sessions.</param>
    /// <param name="Form">Signs forms.</param>
    /// <param name="SignIn">Seals cookies of sign-ins that are under way.</param>
    public sealed record Keys(byte[] Session, byte[] Form, byte[] SignIn);
}
