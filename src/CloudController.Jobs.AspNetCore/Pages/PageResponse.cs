using System.Text;
using Microsoft.AspNetCore.Http;

namespace CloudController.Jobs.AspNetCore.Pages;

/// <summary>Answers with a page that loads nothing from elsewhere, runs no script but ours, and stands in nobody's frame.</summary>
internal static class PageResponse
{
    private const string Policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        + "form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

    /// <summary>Writes a page, with its length.</summary>
    /// <param name="response">The answer; its caching headers are the caller's.</param>
    /// <param name="page">The whole page.</param>
    /// <param name="referrer">What links on it tell of its address: a page whose address is a secret tells nobody.</param>
    public static Task WritePageAsync(this HttpResponse response, Html page, string referrer = "no-referrer")
    {
        response.SetPageHeaders(referrer);
        var bytes = Encoding.UTF8.GetBytes(page.ToString());
        response.ContentType = "text/html; charset=utf-8";
        response.ContentLength = bytes.Length;
        var writing = response.BodyWriter.WriteAsync(bytes);
        return writing.IsCompletedSuccessfully ? Task.CompletedTask : writing.AsTask();
    }

    /// <summary>Says what a page may do, also where its body is known already.</summary>
    public static void SetPageHeaders(this HttpResponse response, string referrer = "no-referrer")
    {
        response.Headers.ContentSecurityPolicy = Policy;
        response.Headers["Referrer-Policy"] = referrer;
        response.Headers["Cross-Origin-Opener-Policy"] = "same-origin";
    }
}
