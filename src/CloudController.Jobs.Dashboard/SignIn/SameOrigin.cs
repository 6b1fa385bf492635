using Microsoft.AspNetCore.Http;

namespace CloudController.Jobs.Dashboard.SignIn;

/// <summary>Whether a form was sent from a page of this server, as far as the browser says so.</summary>
internal static class SameOrigin
{
    public static bool Holds(HttpRequest request)
    {
        var site = request.Headers["Sec-Fetch-Site"].ToString();
        if (site.Length > 0)
            return site == "same-origin";

        var origin = request.Headers.Origin.ToString();
        return origin.Length == 0
            || (Uri.TryCreate(origin, UriKind.Absolute, out var from) && from.Authority.Equals(AuthorityOf(request), StringComparison.OrdinalIgnoreCase));
    }

    // As a Uri writes it: without the scheme's own port.
    private static string AuthorityOf(HttpRequest request) =>
        Uri.TryCreate($"{request.Scheme}://{request.Host.ToUriComponent()}", UriKind.Absolute, out var own) ? own.Authority : "";
}
