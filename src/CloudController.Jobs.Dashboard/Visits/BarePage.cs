using System.Globalization;
using CloudController.Jobs.AspNetCore.Errors;
using CloudController.Jobs.AspNetCore.Pages;
using Microsoft.AspNetCore.Http;

namespace CloudController.Jobs.Dashboard.Visits;

/// <summary>A page of one sentence for whom no visit was begun.</summary>
internal static class BarePage
{
    public static Task WriteAsync(HttpContext context, string root, int status, int retryAfterSeconds, string title, string sentence)
    {
        var response = context.Response;
        response.StatusCode = status;
        response.Headers.CacheControl = "no-store";
        response.Headers.RetryAfter = retryAfterSeconds.ToString(CultureInfo.InvariantCulture);
        Html main = $"""<main class="sign-in card"><h1>{title}</h1><p class="muted">{sentence}</p></main>""";
        return response.WritePageAsync(Layout.Bare(root, title, main), Layout.Referrer);
    }

    /// <summary>The address has asked for too much.</summary>
    public static Task TooManyAsync(HttpContext context, string root, CloudControllerProblem exceeded) => WriteAsync(
        context, root, StatusCodes.Status429TooManyRequests, exceeded.RetryAfterSeconds ?? 1, "Too many requests", "Wait a moment, then load this page again.");
}
