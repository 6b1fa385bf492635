using CloudController.Jobs.AspNetCore.Auth;
using CloudController.Jobs.AspNetCore.Pages;
using CloudController.Jobs.Dashboard.Visits;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace CloudController.Jobs.Dashboard.SignIn;

/// <summary>What a sign-in is answered with.</summary>
internal sealed class SignInAnswers(Sessions sessions, IOptions<AuthOptions> auth, IOptions<DashboardOptions> options)
{
    // How people know it: by its host.
    private readonly string? issuer = options.Value.ClientId is not null && auth.Value.Authority is { } authority ? new Uri(authority).Authority : null;

    /// <summary>The page to sign in on.</summary>
    public Task PageAsync(HttpContext context, string to) => WriteAsync(context, SignInPage.Of(sessions.RootOf(context), to, issuer, problem: null));

    /// <summary>The same, with what went wrong.</summary>
    public Task ProblemAsync(HttpContext context, string to, SignInProblem problem)
    {
        context.Response.StatusCode = problem.StatusCode;
        return WriteAsync(context, SignInPage.Of(sessions.RootOf(context), to, issuer, problem));
    }

    /// <summary>A page that goes on to another by itself. A redirect would not do: the browser was led here from the issuer, and does not send the
    /// session's strict cookie to where it is led on.</summary>
    public Task OnwardAsync(HttpContext context, string to)
    {
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.WritePageAsync(Layout.Onward(sessions.RootOf(context), "Signed in", to));
    }

    private static Task WriteAsync(HttpContext context, Html page)
    {
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.WritePageAsync(page, Layout.Referrer);
    }
}
