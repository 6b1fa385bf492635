using Microsoft.AspNetCore.Http;

namespace CloudController.Jobs.Dashboard.SignIn;

/// <summary>The sign-in that a browser has under way at the issuer: one at a time, in a cookie that comes back with the issuer's answer.</summary>
internal sealed class PendingSignIns(SessionKeys keys, Sessions sessions, TimeProvider time)
{
    private const string Cookie = "ccjobs-sign-in";

    private static readonly TimeSpan Lasts = TimeSpan.FromMinutes(10);

    public async Task<PendingSignIn> BeginAsync(HttpContext context, string to)
    {
        var pending = PendingSignIn.Begin(time.GetUtcNow() + Lasts, to);
        var text = pending.Seal((await keys.GetAsync(context.RequestAborted)).SignIn);
        var options = Options(context);
        options.MaxAge = Lasts;
        context.Response.Cookies.Append(Cookie, text, options);
        return pending;
    }

    /// <summary>The one under way; <see langword="null"/>: none, or it is over.</summary>
    public async ValueTask<PendingSignIn?> FindAsync(HttpContext context) =>
        context.Request.Cookies[Cookie] is { } text
        && PendingSignIn.TryOpen(text, (await keys.GetAsync(context.RequestAborted)).SignIn, out var pending)
        && pending.ExpiresAt > time.GetUtcNow()
            ? pending
            : null;

    public void End(HttpContext context) => context.Response.Cookies.Delete(Cookie, Options(context));

    // Lax, for it has to come back when the issuer, another site, leads here.
    private CookieOptions Options(HttpContext context) => new()
    {
        HttpOnly = true,
        IsEssential = true,
        Path = sessions.RootOf(context) + "/sign-in",
        SameSite = SameSiteMode.Lax,
        Secure = context.Request.IsHttps,
    };
}
