using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace CloudController.Jobs.AspNetCore.Tests.Auth;

/// <summary>An OpenID Connect issuer on a free port, with one RSA key.</summary>
internal sealed class Issuer : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly string host;

    private Issuer(WebApplication app, string host) => (this.app, this.host) = (app, host);

    public string Url => $"http://{host}:{new Uri(app.Urls.Single()).Port}";

    /// <summary>As UAA has it: not the base url itself.</summary>
    public string Name => Url + "/oauth/token";

    public RsaSecurityKey Key { get; private set; } = NewKey("key-1");

    /// <summary>Where people sign in.</summary>
    public IssuerSignIn SignIn { get; } = new();

    /// <summary>Starts it.</summary>
    /// <param name="host">What it calls itself: to a browser <c>localhost</c> is another site than <c>127.0.0.1</c>.</param>
    public static async Task<Issuer> StartAsync(string host = "127.0.0.1")
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRoutingCore();
        var issuer = new Issuer(builder.Build(), host);
        issuer.app.UseRouting();
        issuer.app.MapGet("/.well-known/openid-configuration", (HttpContext context) => context.Response.WriteAsync(
            $$"""
            {"issuer":"{{issuer.Name}}","jwks_uri":"{{issuer.Url}}/token_keys",
            "authorization_endpoint":"{{issuer.Url}}/oauth/authorize","token_endpoint":"{{issuer.SignIn.TokenEndpoint ?? issuer.Url + "/oauth/token"}}"}
            """,
            context.RequestAborted));
        issuer.app.MapGet("/token_keys", (HttpContext context) => context.Response.WriteAsync(issuer.Keys(), context.RequestAborted));
        issuer.SignIn.Map(issuer.app, issuer);
        await issuer.app.StartAsync(TestContext.Current.CancellationToken);
        return issuer;
    }

    /// <summary>Signs with a new key from now on, and publishes only that.</summary>
    public void RotateKey() => Key = NewKey("key-2");

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private static RsaSecurityKey NewKey(string id) => new(RSA.Create(2048)) { KeyId = id };

    private string Keys()
    {
        var key = Key.Rsa.ExportParameters(includePrivateParameters: false);
        return $$"""
            {"keys":[{"kty":"RSA","use":"sig","alg":"RS256","kid":"{{Key.KeyId}}","n":"{{Base64UrlEncoder.Encode(key.Modulus)}}","e":"{{Base64UrlEncoder.Encode(key.Exponent)}}"}]}
            """;
    }
}

/// <summary>Makes JWTs.</summary>
internal static class Jwt
{
    /// <summary>A token that is good for an hour, but for what <paramref name="change"/> says, and for an extension that its reader must know.</summary>
    public static string Sign(
        string issuer,
        SecurityKey key,
        string algorithm = SecurityAlgorithms.RsaSha256,
        Action<Dictionary<string, object>>? change = null,
        string? critical = null)
    {
        var now = TimeProvider.System.GetUtcNow();
        var claims = new Dictionary<string, object>
        {
            ["iss"] = issuer,
            ["sub"] = "5a0bd0a3-0f2e-4b52-9d3a-0f3dbdf8b1b7",
            ["aud"] = new[] { "cloud_controller", "openid" },
            ["scope"] = new[] { "cloud_controller.read", "openid" },
            ["iat"] = now.ToUnixTimeSeconds(),
            ["exp"] = now.AddHours(1).ToUnixTimeSeconds(),
        };
        change?.Invoke(claims);
        var handler = new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false };
        return handler.CreateToken(new SecurityTokenDescriptor
        {
            Claims = claims,
            SigningCredentials = new SigningCredentials(key, algorithm),
            AdditionalHeaderClaims = critical is null ? [] : new Dictionary<string, object> { ["crit"] = new[] { critical } },
        });
    }
}
