using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using CloudController.Jobs.AspNetCore.Auth;
using CloudController.Jobs.AspNetCore.Tests.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Microsoft.IdentityModel.Tokens;

namespace CloudController.Jobs.AspNetCore.Tests.Auth;

/// <summary>Contract §2, <c>Auth:Authority</c> and <c>Auth:SigningKeyFile</c>; facts §1, bad credentials.</summary>
public sealed class JwtTests : IDisposable
{
    private const string AnyIssuer = "https://uaa.example.com/oauth/token";

    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("ccjobs-jwt-");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => directory.Delete(recursive: true);

    [Fact]
    public async Task A_token_of_the_authority_is_taken_and_its_owner_is_issuer_and_subject()
    {
        await using var issuer = await Issuer.StartAsync();
        await using var host = await StartAsync(("Auth:Authority", issuer.Url + "/"));

        Assert.Equal(
            $"{issuer.Name}|5a0bd0a3-0f2e-4b52-9d3a-0f3dbdf8b1b7 Read,V2Read",
            await AskAsync(host, Jwt.Sign(issuer.Name, issuer.Key)));
        Assert.Equal("|reader Read,V2Read", await AskAsync(host, Tokens.Reader));
    }

    [Fact]
    public async Task Each_fault_makes_a_token_invalid()
    {
        await using var issuer = await Issuer.StartAsync();
        await using var host = await StartAsync(("Auth:Authority", issuer.Url));
        var now = TimeProvider.System.GetUtcNow();
        string Sign(Action<Dictionary<string, object>> change) => Jwt.Sign(issuer.Name, issuer.Key, change: change);
        var good = Sign(_ => { });
        string[] parts = good.Split('.');

        string[] bad =
        [
            Sign(claims => claims["iss"] = "https://elsewhere.example"),
            Sign(claims => claims["iss"] = issuer.Url),
            Sign(claims => claims.Remove("iss")),
            Sign(claims => claims["aud"] = "elsewhere"),
            Sign(claims => claims.Remove("aud")),
            Sign(claims => claims["exp"] = now.AddSeconds(-40).ToUnixTimeSeconds()),
            Sign(claims => claims.Remove("exp")),
            Sign(claims => claims["nbf"] = now.AddMinutes(30).ToUnixTimeSeconds()),
            Sign(claims => claims["sub"] = ""),
            Sign(claims => claims.Remove("sub")),
            Jwt.Sign(issuer.Name, new RsaSecurityKey(RSA.Create(2048)) { KeyId = issuer.Key.KeyId }),
            Jwt.Sign(issuer.Name, new SymmetricSecurityKey(issuer.Key.Rsa.ExportRSAPublicKey()) { KeyId = issuer.Key.KeyId }, SecurityAlgorithms.HmacSha256),
            $"{Base64UrlEncoder.Encode("""{"alg":"none"}""")}.{parts[1]}.",
            $"{parts[0]}.{parts[1]}.",
            $"{parts[0]}.{parts[1]}",
            $"{parts[0]}.{Base64UrlEncoder.Encode(Base64UrlEncoder.Decode(parts[1]).Replace("read", "admin", StringComparison.Ordinal))}.{parts[2]}",
            Jwt.Sign(issuer.Name, issuer.Key, critical: "b64"),
            "a.b.c",
            "..",
            "....",
        ];

        Assert.NotEqual("401 1000", await AskAsync(host, good));
        foreach (var token in bad)
            Assert.Equal((token, "401 1000"), (token, await AskAsync(host, token)));
    }

    [Fact]
    public async Task A_clock_that_is_a_little_off_does_no_harm()
    {
        var now = TimeProvider.System.GetUtcNow();
        await using var issuer = await Issuer.StartAsync();
        await using var host = await StartAsync(new FakeTimeProvider(now), ("Auth:Authority", issuer.Url));

        Assert.NotEqual("401 1000", await AskAsync(host, Jwt.Sign(issuer.Name, issuer.Key, change: claims =>
        {
            claims["exp"] = now.AddSeconds(-10).ToUnixTimeSeconds();
            claims["nbf"] = now.AddSeconds(20).ToUnixTimeSeconds();
        })));
    }

    [Theory]
    [InlineData("scope", "openid cloud_controller.read cloud_controller.write", "Read,Write,V2Read")]
    [InlineData("scp", "cloud_controller.admin", "Read,ReadEverything,Write,Worker,Admin,V2Read")]
    [InlineData("roles", "cloud_controller.admin", "10003")]
    public async Task Scopes_may_be_one_text_or_stand_in_scp(string claim, string value, string allowed)
    {
        await using var issuer = await Issuer.StartAsync();
        await using var host = await StartAsync(("Auth:Authority", issuer.Url));

        var shown = await AskAsync(host, Jwt.Sign(issuer.Name, issuer.Key, change: claims =>
        {
            claims.Remove("scope");
            claims[claim] = value;
        }));

        Assert.EndsWith(" " + allowed, shown, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_that_the_authority_changed_is_learnt()
    {
        await using var issuer = await Issuer.StartAsync();
        await using var host = await StartAsync(("Auth:Authority", issuer.Url));
        await AskAsync(host, Jwt.Sign(issuer.Name, issuer.Key));

        issuer.RotateKey();

        // The library reads the keys anew beside the request that misses one, so a few may still be refused.
        var token = Jwt.Sign(issuer.Name, issuer.Key);
        while (await AskAsync(host, token) == "401 1000")
            Cancellation.ThrowIfCancellationRequested();
    }

    [Fact]
    public async Task An_authority_out_of_reach_is_503_for_its_tokens_only()
    {
        using var nobody = new ClosedPort();
        await using var host = await StartAsync(("Auth:Authority", $"{nobody.Address}"));
        using var key = RSA.Create(2048);

        var answer = await host.As(Jwt.Sign($"{nobody.Address}oauth/token", new RsaSecurityKey(key))).GetAsync("/whoami", Cancellation);

        await answer.IsV3ErrorAsync(HttpStatusCode.ServiceUnavailable, 20004, "CF-UaaUnavailable");
        Assert.Equal("5", answer.Header("Retry-After"));
        Assert.Equal("401 1000", await AskAsync(host, "nonsense"));
        Assert.Equal("|reader Read,V2Read", await AskAsync(host, Tokens.Reader));
    }

    [Fact]
    public async Task A_key_file_may_hold_a_public_key_a_certificate_or_a_secret()
    {
        using var rsa = RSA.Create(2048);
        using var ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=uaa", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
        var secret = Convert.ToHexString(RandomNumberGenerator.GetBytes(32));

        await IsTakenAsync(rsa.ExportSubjectPublicKeyInfoPem(), new RsaSecurityKey(rsa), SecurityAlgorithms.RsaSha256);
        await IsTakenAsync(rsa.ExportRSAPublicKeyPem(), new RsaSecurityKey(rsa), SecurityAlgorithms.RsaSsaPssSha512);
        await IsTakenAsync(certificate.ExportCertificatePem(), new RsaSecurityKey(rsa), SecurityAlgorithms.RsaSha384);
        await IsTakenAsync(ec.ExportSubjectPublicKeyInfoPem(), new ECDsaSecurityKey(ec), SecurityAlgorithms.EcdsaSha256);
        await IsTakenAsync(secret + "\r\n", new SymmetricSecurityKey(Encoding.ASCII.GetBytes(secret)), SecurityAlgorithms.HmacSha256);
    }

    [Fact]
    public async Task A_public_key_is_no_secret()
    {
        using var rsa = RSA.Create(2048);
        var pem = rsa.ExportSubjectPublicKeyInfoPem();
        await using var host = await StartAsync(("Auth:SigningKeyFile", Write(pem)));

        var forged = Jwt.Sign(AnyIssuer, new SymmetricSecurityKey(Encoding.ASCII.GetBytes(pem)), SecurityAlgorithms.HmacSha256);

        Assert.Equal("401 1000", await AskAsync(host, forged));
    }

    [Fact]
    public async Task With_a_key_file_and_an_authority_the_issuer_must_be_the_authority()
    {
        using var rsa = RSA.Create(2048);
        var key = new RsaSecurityKey(rsa);
        await using var host = await StartAsync(
            ("Auth:SigningKeyFile", Write(rsa.ExportSubjectPublicKeyInfoPem())), ("Auth:Authority", "https://uaa.example.com"));

        Assert.Contains("Read", await AskAsync(host, Jwt.Sign("https://uaa.example.com", key)), StringComparison.Ordinal);
        Assert.Contains("Read", await AskAsync(host, Jwt.Sign("https://uaa.example.com/oauth/token", key)), StringComparison.Ordinal);
        Assert.Equal("401 1000", await AskAsync(host, Jwt.Sign("https://uaa.example.com.evil.example", key)));
    }

    [Fact]
    public async Task An_audience_can_be_configured()
    {
        await using var issuer = await Issuer.StartAsync();
        await using var host = await StartAsync(("Auth:Authority", issuer.Url), ("Auth:Audience", "jobs"));

        Assert.Equal("401 1000", await AskAsync(host, Jwt.Sign(issuer.Name, issuer.Key)));
        Assert.Contains("Read", await AskAsync(host, Jwt.Sign(issuer.Name, issuer.Key, change: claims => claims["aud"] = "jobs")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("too short")]
    [InlineData("-----BEGIN PUBLIC KEY-----\nnonsense\n-----END PUBLIC KEY-----")]
    [InlineData("")]
    public async Task A_file_without_a_key_stops_the_start(string content)
    {
        var file = Write(content);

        var failure = await Assert.ThrowsAsync<OptionsValidationException>(() => StartAsync(("Auth:SigningKeyFile", file)));

        Assert.StartsWith($"Auth:SigningKeyFile is '{file}', which can't be used; it can be", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Neither_a_private_key_nor_a_weak_one_nor_a_missing_file_is_a_key()
    {
        using var rsa = RSA.Create(2048);
        using var weak = RSA.Create(1024);
        foreach (var file in new[] { Write(rsa.ExportPkcs8PrivateKeyPem()), Write(weak.ExportSubjectPublicKeyInfoPem()), directory.FullName, "no-such-file" })
            await Assert.ThrowsAsync<OptionsValidationException>(() => StartAsync(("Auth:SigningKeyFile", file)));
    }

    private static Task<JobsHost> StartAsync(params (string Key, string Value)[] settings) => StartAsync(TimeProvider.System, settings);

    private static Task<JobsHost> StartAsync(TimeProvider clock, params (string Key, string Value)[] settings) => JobsHost.StartAsync(Settings(settings), clock, routes: app =>
    {
        var probes = app.MapGroup("");
        ((IEndpointConventionBuilder)probes).Finally(app.Services.GetRequiredService<RouteGuard>().Guard);
        probes.MapGet("/whoami", (HttpContext context) =>
        {
            var caller = Caller.Of(context);
            var may = Enum.GetValues<Scope>().Where(caller.May);
            return context.Response.WriteAsync($"{caller.Owner.Issuer}|{caller.Owner.Subject} {string.Join(',', may)}", context.RequestAborted);
        }).RequireScope(Scope.Read);
    });

    private static IEnumerable<KeyValuePair<string, string?>> Settings((string Key, string Value)[] settings) =>
        settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value));

    private static async Task<string> AskAsync(JobsHost host, string token)
    {
        var answer = await host.As(token).GetAsync("/whoami", Cancellation);
        return answer.IsSuccessStatusCode
            ? await answer.Content.ReadAsStringAsync(Cancellation)
            : $"{(int)answer.StatusCode} {(await answer.JsonAsync()).GetProperty("errors")[0].GetProperty("code")}";
    }

    private async Task IsTakenAsync(string file, SecurityKey key, string algorithm)
    {
        await using var host = await StartAsync(("Auth:SigningKeyFile", Write(file)));
        Assert.Equal(AnyIssuer + "|5a0bd0a3-0f2e-4b52-9d3a-0f3dbdf8b1b7 Read,V2Read", await AskAsync(host, Jwt.Sign(AnyIssuer, key, algorithm)));
    }

    private string Write(string content)
    {
        var file = Path.Combine(directory.FullName, Path.GetRandomFileName());
        File.WriteAllText(file, content);
        return file;
    }
}
