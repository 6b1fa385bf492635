using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace CloudController.Jobs.Cli.Tests.Handlers;

/// <summary>Who makes a certificate says where its issuer's is to be had: that would be a request to anywhere, unchecked.</summary>
public sealed class HttpCertificateTests
{
    [Fact]
    public async Task A_far_sides_certificate_sends_nobody_elsewhere()
    {
        await using var elsewhere = await FarSide.StartAsync(200);
        using var certificate = OfUnknownIssuer(elsewhere.Url());
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var refused = RefusedAsync(listener, certificate);
        using var handlers = new HandlerHost(
            new Dictionary<string, string?> { ["Http:AllowedHosts:0"] = "127.0.0.1", ["Http:AllowPrivateNetworks"] = "true" });

        var outcome = await handlers.RunAsync(new TestRun("http.request", $$"""{"url":"https://{{listener.LocalEndpoint}}/"}"""));

        Assert.False(outcome.Failure().IsFinal);
        Assert.True(await refused);
        Assert.Empty(elsewhere.Received);
    }

    // That the client looked at the certificate, and would have none of it.
    private static async Task<bool> RefusedAsync(TcpListener listener, X509Certificate2 certificate)
    {
        using var client = await listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
        await using var stream = new SslStream(client.GetStream());
        var options = new SslServerAuthenticationOptions { ServerCertificateContext = SslStreamCertificateContext.Create(certificate, null, offline: true) };
        try
        {
            await stream.AuthenticateAsServerAsync(options, TestContext.Current.CancellationToken);
            return await stream.ReadAsync(new byte[1], TestContext.Current.CancellationToken) == 0;
        }
        catch (Exception exception) when (exception is IOException or AuthenticationException)
        {
            return true;
        }
    }

    private static X509Certificate2 OfUnknownIssuer(string issuersPlace)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var (from, to) = (DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        using var issuer = new CertificateRequest("CN=unknown", key, HashAlgorithmName.SHA256).CreateSelfSigned(from, to);
        var request = new CertificateRequest("CN=far side", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509AuthorityInformationAccessExtension(ocspUris: null, [issuersPlace]));
        using var certificate = request.Create(issuer.SubjectName, X509SignatureGenerator.CreateForECDsa(key), from, to, [1]);
        return certificate.CopyWithPrivateKey(key);
    }
}
