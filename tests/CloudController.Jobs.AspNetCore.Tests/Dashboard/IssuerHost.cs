using System.Net;
using CloudController.Jobs.AspNetCore.Tests.Auth;
using CloudController.Jobs.AspNetCore.Tests.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Time.Testing;

namespace CloudController.Jobs.AspNetCore.Tests.Dashboard;

/// <summary>Starts hosts whose dashboard people sign in to at an issuer's own page, and begins there.</summary>
internal static class IssuerHost
{
    public const string Begin = "/dashboard/sign-in/issuer";

    // A clock that stands still: tokens are good for a minute, which a busy machine may take.
    public static Task<JobsHost> StartAsync(
        Issuer issuer, IEnumerable<KeyValuePair<string, string?>>? settings = null, TimeProvider? clock = null, Action<WebApplication>? pipeline = null) =>
        DashboardHost.StartAsync(
            [new("Auth:Authority", issuer.Url), new("Dashboard:ClientId", IssuerSignIn.ClientId), .. settings ?? []],
            clock ?? new FakeTimeProvider(TimeProvider.System.GetUtcNow()),
            pipeline: pipeline);

    /// <summary>Begins a sign-in.</summary>
    /// <returns>The browser's cookie, and where it was led.</returns>
    public static async Task<(string Pending, string Asked)> BeginAsync(JobsHost host, string to = "/dashboard")
    {
        using var answer = await host.Client.GetAsync(QueryHelpers.AddQueryString(Begin, "to", to), cookie: null);
        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        return (Cookie(answer, "ccjobs-sign-in").Split(';')[0], answer.Header("Location")!);
    }

    public static string Cookie(HttpResponseMessage answer, string name) =>
        Assert.Single(answer.Headers.GetValues("Set-Cookie"), cookie => cookie.StartsWith(name + "=", StringComparison.Ordinal));

    public static string LocalPath(string address) => new Uri(address).PathAndQuery;

    public static async Task IsRefusedAsync(HttpResponseMessage answer, HttpStatusCode status, string sentence)
    {
        Assert.Equal(status, answer.StatusCode);
        Assert.Equal(("text/html", "no-store"), (answer.Content.Headers.ContentType?.MediaType, answer.Header("Cache-Control")));
        Assert.Contains(sentence, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.DoesNotContain("ccjobs-session", string.Join(' ', answer.Headers.NonValidated.SelectMany(header => header.Value)), StringComparison.Ordinal);
    }
}
