using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.IdentityModel.Tokens;

namespace CloudController.Jobs.AspNetCore.Tests.Auth;

/// <summary>An issuer's authorization code flow: its page, its token endpoint, and what a test makes go wrong there.</summary>
internal sealed class IssuerSignIn
{
    public const string ClientId = "ccjobs-dashboard";

    private readonly ConcurrentDictionary<string, IReadOnlyDictionary<string, string>> codes = new();

    /// <summary>What its clients prove themselves with; <see langword="null"/>: nothing.</summary>
    public string? ClientSecret { get; set; }

    /// <summary>Whether a code goes only to whoever holds its verifier (RFC 7636).</summary>
    public bool ChecksVerifier { get; set; } = true;

    /// <summary>What is published as its token endpoint, if not its own.</summary>
    public string? TokenEndpoint { get; set; }

    /// <summary>What is special about the ID token.</summary>
    public Action<Dictionary<string, object>> ChangeIdToken { get; set; } = _ => { };

    /// <summary>What is special about the access token.</summary>
    public Action<Dictionary<string, object>> ChangeAccessToken { get; set; } = _ => { };

    /// <summary>What the token endpoint answers in place of tokens, given those; by default the tokens.</summary>
    public Func<string, (int Status, string Body)> Answer { get; set; } = tokens => (StatusCodes.Status200OK, tokens);

    /// <summary>How often a code was to be traded.</summary>
    public int Trades { get; private set; }

    /// <summary>Lets the user in who was led here.</summary>
    /// <param name="asked">Where to: the authorization endpoint with its query.</param>
    /// <returns>Where the browser is led back to, with a code.</returns>
    public string Approve(string asked)
    {
        var parameters = QueryHelpers.ParseQuery(new Uri(asked).Query).ToDictionary(pair => pair.Key, pair => pair.Value.ToString());
        var code = Base64UrlEncoder.Encode(RandomNumberGenerator.GetBytes(16));
        codes[code] = parameters;
        return QueryHelpers.AddQueryString(parameters["redirect_uri"], new Dictionary<string, string?> { ["code"] = code, ["state"] = parameters["state"] });
    }

    public void Map(IEndpointRouteBuilder routes, Issuer issuer)
    {
        routes.MapGet("/oauth/authorize", (HttpContext context) =>
        {
            context.Response.ContentType = "text/html";
            return context.Response.WriteAsync(
                """<!doctype html><html lang="en"><title>Issuer</title><form method="post"><button>Let me in</button></form>""", context.RequestAborted);
        });
        routes.MapPost("/oauth/authorize", (HttpContext context) => context.Response.Redirect(Approve($"{issuer.Url}/oauth/authorize{context.Request.QueryString}")));
        routes.MapPost("/oauth/token", (HttpContext context) => TradeAsync(context, issuer));
    }

    private async Task TradeAsync(HttpContext context, Issuer issuer)
    {
        Trades++;
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var (status, body) = IsClient(context.Request, form) && Take(form) is { } asked
            ? Answer(TokensFor(asked, issuer))
            : (StatusCodes.Status400BadRequest, """{"error":"invalid_grant"}""");
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(body, context.RequestAborted);
    }

    private bool IsClient(HttpRequest request, IFormCollection form) =>
        form["client_id"] == ClientId
        && (ClientSecret is null
            ? request.Headers.Authorization.Count == 0
            : request.Headers.Authorization == "Basic " + Convert.ToBase64String(Encoding.ASCII.GetBytes($"{ClientId}:{Uri.EscapeDataString(ClientSecret)}")));

    private IReadOnlyDictionary<string, string>? Take(IFormCollection form)
    {
        if (form["grant_type"] != "authorization_code" || !codes.TryRemove(form["code"].ToString(), out var asked) || form["redirect_uri"] != asked["redirect_uri"])
            return null;

        var challenge = Base64UrlEncoder.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(form["code_verifier"].ToString())));
        return !ChecksVerifier || (asked["code_challenge_method"] == "S256" && challenge == asked["code_challenge"]) ? asked : null;
    }

    private string TokensFor(IReadOnlyDictionary<string, string> asked, Issuer issuer)
    {
        var access = Jwt.Sign(issuer.Name, issuer.Key, change: claims =>
        {
            claims["scope"] = asked["scope"].Split(' ');
            ChangeAccessToken(claims);
        });
        var id = Jwt.Sign(issuer.Name, issuer.Key, change: claims =>
        {
            claims["aud"] = ClientId;
            claims["nonce"] = asked["nonce"];
            ChangeIdToken(claims);
        });
        return $$"""{"access_token":{{JsonSerializer.Serialize(access)}},"token_type":"bearer","expires_in":60,"id_token":{{JsonSerializer.Serialize(id)}}}""";
    }
}
