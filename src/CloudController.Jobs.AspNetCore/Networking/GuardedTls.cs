using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace CloudController.Jobs.AspNetCore.Networking;

/// <summary>TLS towards a destination that a stranger chose. Its certificate may name a place where its issuer's is to be had: fetching that would be a
/// request to anywhere, which no check of addresses sees.</summary>
internal static class GuardedTls
{
    /// <summary>Options for one client: the usual checks, but nothing is fetched for them.</summary>
    public static SslClientAuthenticationOptions Create() => new()
    {
        CertificateChainPolicy = new X509ChainPolicy { DisableCertificateDownloads = true, RevocationMode = X509RevocationMode.NoCheck },
    };
}
