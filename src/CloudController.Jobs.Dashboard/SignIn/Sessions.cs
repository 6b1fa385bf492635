using System.Buffers.Text;
using System.Security.Cryptography;
using CloudController.Jobs.AspNetCore.Auth;
using CloudController.Jobs.AspNetCore.Errors;
using CloudController.Jobs.AspNetCore.Pages;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace CloudController.Jobs.Dashboard.SignIn;

/// <summary>Who is signed in: a cookie that only this store's nodes can open, with the token that was signed in with.</summary>
internal sealed class Sessions(SessionKeys keys, Authenticator authenticator, LinkGenerator links, TimeProvider time) : IPageSignIn
{
    /// <summary>How long a sign-in lasts.</summary>
    public static readonly TimeSpan Lasts = TimeSpan.FromHours(12);

    private const string Cookie = "ccjobs-session";

    // Tokens can be larger than one cookie may be.
    private readonly ChunkingCookieManager cookies = new();

    /// <summary>Signs in with a token.</summary>
    /// <returns><see langword="null"/> if the token is one that is taken here; else why it isn't.</returns>
    public async Task<SignInProblem?> SignInAsync(HttpContext context, string token)
    {
        var (caller, refusal) = await authenticator.AuthenticateAsync(token, context.RequestAborted);
        if (caller is null)
            return refusal == CloudControllerProblem.InvalidAuthToken ? SignInProblem.TokenRefused : SignInProblem.IssuerOutOfReach;

        var session = new Session(new Guid(RandomNumberGenerator.GetBytes(16)), time.GetUtcNow() + Lasts, token);
        var text = SealedSession.Seal(session, (await keys.GetAsync(context.RequestAborted)).Session);
        cookies.AppendResponseCookie(context, Cookie, text, Options(context));
        return null;
    }

    public void SignOut(HttpContext context) => cookies.DeleteCookie(context, Cookie, Options(context));

    /// <summary>The session of a request, and whom it speaks for; <see langword="null"/>: none, or it is over.</summary>
    public async ValueTask<(Session Session, Caller Caller)?> OpenAsync(HttpContext context)
    {
        if (cookies.GetRequestCookie(context, Cookie) is not { Length: > 0 } text
            || !SealedSession.TryOpen(text, (await keys.GetAsync(context.RequestAborted)).Session, out var session)
            || session.ExpiresAt <= time.GetUtcNow())
        {
            return null;
        }

        var (caller, _) = await authenticator.AuthenticateAsync(session.Token, context.RequestAborted);
        return caller is null ? null : (session, caller);
    }

    public async ValueTask<Caller?> FindAsync(HttpContext context) => (await OpenAsync(context))?.Caller;

    public string AddressFor(HttpContext context)
    {
        var (request, root) = (context.Request, RootOf(context));
        var asked = HttpMethods.IsGet(request.Method) ? request.PathBase + request.Path + request.QueryString : root;
        return $"{root}/sign-in{QueryString.Create("to", asked)}";
    }

    /// <summary>Where the dashboard is, without a slash at the end.</summary>
    public string RootOf(HttpContext context) => links.GetPathByName(context, DashboardRoutes.Home, values: null)?.TrimEnd('/')
        ?? throw new InvalidOperationException($"Call {nameof(DashboardEndpointRouteBuilderExtensions.MapCloudControllerJobsDashboard)} on the app.");

    /// <summary>What a session's forms carry, which no other site can know.</summary>
    public async ValueTask<string> FormTokenAsync(Session session, CancellationToken cancellationToken)
    {
        var key = (await keys.GetAsync(cancellationToken)).Form;
        return Base64Url.EncodeToString(HMACSHA256.HashData(key, session.Id.ToByteArray()));
    }

    private static CookieOptions Options(HttpContext context) => new()
    {
        HttpOnly = true,
        IsEssential = true,
        Path = context.Request.PathBase.HasValue ? context.Request.PathBase.ToUriComponent() : "/",
        SameSite = SameSiteMode.Strict,
        Secure = context.Request.IsHttps,
    };
}
