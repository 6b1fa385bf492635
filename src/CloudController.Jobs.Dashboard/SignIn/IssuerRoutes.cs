using System.Security.Cryptography;
using System.Text;
using CloudController.Jobs.AspNetCore;
using CloudController.Jobs.AspNetCore.Auth;
using CloudController.Jobs.AspNetCore.Auth.Jwt;
using CloudController.Jobs.AspNetCore.Errors;
using CloudController.Jobs.AspNetCore.RateLimits;
using CloudController.Jobs.Dashboard.Visits;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace CloudController.Jobs.Dashboard.SignIn;

/// <summary>Signs in at the issuer's own page: OpenID Connect's authorization code flow with PKCE. What comes of it is an access token, which signs in
/// as a pasted one does.</summary>
internal sealed class IssuerRoutes(
    IOptions<DashboardOptions> options,
    IssuerDocument issuer,
    JwtTokens jwtTokens,
    CodeExchange exchange,
    Sessions sessions,
    SignInAnswers answers,
    PendingSignIns pendings,
    RateLimiting limits,
    RequestBorder border,
    Links links,
    ILogger<IssuerRoutes> logger)
{
    private const string OpenId = "openid";

    private static readonly string[] DefaultScopes =
        [OpenId, ScopeNames.Read, ScopeNames.Write, ScopeNames.AdminReadOnly, ScopeNames.GlobalAuditor, ScopeNames.Admin];

    private readonly IReadOnlyList<string> scopes = options.Value.Scopes is { Count: > 0 } chosen ? [.. chosen] : DefaultScopes;

    public void Map(IEndpointRouteBuilder dashboard)
    {
        if (options.Value.ClientId is not { } clientId)
            return;

        dashboard.MapGet("/sign-in/issuer", border.Enclose(context => BeginAsync(context, clientId))).ExcludeFromDescription();
        dashboard.MapGet("/sign-in/callback", border.Enclose(context => EndAsync(context, clientId))).ExcludeFromDescription();
    }

    private async Task BeginAsync(HttpContext context, string clientId)
    {
        if (limits.TakeForAddress(context) is { } exceeded)
        {
            await BarePage.TooManyAsync(context, sessions.RootOf(context), exceeded);
            return;
        }

        var to = ReturnAddress.Inside(context.Request.Query["to"].ToString(), sessions.RootOf(context));
        if (await FindIssuerAsync(context.RequestAborted) is not { } document)
        {
            await answers.ProblemAsync(context, to, SignInProblem.IssuerOutOfReach);
            return;
        }

        var pending = await pendings.BeginAsync(context, to);
        KeyValuePair<string, string?>[] asked =
        [
            new("response_type", "code"),
            new("client_id", clientId),
            new("redirect_uri", RedirectUrl(context)),
            new("scope", string.Join(' ', scopes)),
            new("state", pending.State),
            new("nonce", pending.Nonce),
            new("code_challenge", pending.Challenge),
            new("code_challenge_method", "S256"),
        ];
        var endpoint = document.AuthorizationEndpoint;
        var response = context.Response;
        response.Headers.CacheControl = "no-store";
        response.StatusCode = StatusCodes.Status303SeeOther;
        response.Headers.Location = endpoint + (endpoint.Contains('?', StringComparison.Ordinal) ? "&" : "?") + QueryString.Create(asked).Value![1..];
    }

    private async Task EndAsync(HttpContext context, string clientId)
    {
        if (limits.TakeForAddress(context) is { } exceeded)
        {
            await BarePage.TooManyAsync(context, sessions.RootOf(context), exceeded);
            return;
        }

        // An answer to another sign-in, or to none, leaves the one under way alone.
        if (await pendings.FindAsync(context) is not { } pending || !IsSame(context.Request.Query["state"].ToString(), pending.State))
        {
            await answers.ProblemAsync(context, sessions.RootOf(context), SignInProblem.NotBegunHere);
            return;
        }

        pendings.End(context);
        if (await SignInAsync(context, clientId, pending) is { } problem)
            await answers.ProblemAsync(context, pending.To, problem);
        else
            await answers.OnwardAsync(context, pending.To);
    }

    private async Task<SignInProblem?> SignInAsync(HttpContext context, string clientId, PendingSignIn pending)
    {
        var (answer, aborted) = (context.Request.Query, context.RequestAborted);
        if (answer["error"].ToString() is { Length: > 0 } error)
        {
            logger.IssuerRefused(IssuerError.Shown(error));
            return error == IssuerError.AccessDenied ? SignInProblem.Denied : SignInProblem.RefusedByIssuer;
        }

        if (await FindIssuerAsync(aborted) is not { } document)
            return SignInProblem.IssuerOutOfReach;

        // Who answers may say who it is (RFC 9207), and must then be the one that was asked.
        if (answer["code"] is not [{ Length: > 0 } code] || (answer["iss"] is { Count: > 0 } by && by != document.Issuer))
            return SignInProblem.NotBegunHere;

        var (tokens, problem) = await exchange.TradeAsync(document.TokenEndpoint, code, pending.Verifier, RedirectUrl(context), aborted);
        if (tokens is null)
            return problem;

        if (scopes.Contains(OpenId) && (tokens.Id is null || !await jwtTokens.IsIdTokenAsync(tokens.Id, clientId, pending.Nonce)))
        {
            logger.IdTokenRefused();
            return SignInProblem.RefusedByIssuer;
        }

        var refusal = await sessions.SignInAsync(context, tokens.Access);
        if (refusal != SignInProblem.TokenRefused)
            return refusal;

        logger.AccessTokenRefused();
        return SignInProblem.UnfitToken;
    }

    private async ValueTask<OpenIdConnectConfiguration?> FindIssuerAsync(CancellationToken aborted)
    {
        if (await issuer.FindAsync(aborted) is not { } document)
            return null;

        if (IsSafe(document.AuthorizationEndpoint) && IsSafe(document.TokenEndpoint))
            return document;

        logger.NoEndpoints();
        return null;
    }

    // As it is registered with the issuer: where this request came in, or would have from outside.
    private string RedirectUrl(HttpContext context) =>
        links.To(context, sessions.RootOf(context)[context.Request.PathBase.ToUriComponent().Length..] + "/sign-in/callback");

    private static bool IsSafe(string? endpoint) => Uri.TryCreate(endpoint, UriKind.Absolute, out var url)
        && (url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && url.IsLoopback));

    private static bool IsSame(string given, string expected) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), Encoding.UTF8.GetBytes(expected));
}
