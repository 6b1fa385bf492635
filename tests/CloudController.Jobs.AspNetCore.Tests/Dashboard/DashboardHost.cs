using System.Net;
using System.Text.RegularExpressions;
using CloudController.Jobs.AspNetCore.Tests.Hosting;
using CloudController.Jobs.Dashboard;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace CloudController.Jobs.AspNetCore.Tests.Dashboard;

/// <summary>Starts hosts with a dashboard, and signs in.</summary>
internal static partial class DashboardHost
{
    public static Task<JobsHost> StartAsync(
        IEnumerable<KeyValuePair<string, string?>>? settings = null,
        TimeProvider? clock = null,
        string path = "/dashboard",
        Action<WebApplication>? pipeline = null) =>
        JobsHost.StartAsync(
            settings,
            clock,
            services => services.AddCloudControllerJobsDashboard().Configure<DashboardOptions>(dashboard => dashboard.Patience = JobsHost.Patience),
            routes: app => app.MapCloudControllerJobsDashboard(path),
            pipeline: pipeline);

    public static Task<HttpResponseMessage> PostAsync(
        this HttpClient client, string path, IEnumerable<KeyValuePair<string, string>> form, string? cookie = null, string? origin = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new FormUrlEncodedContent(form) };
        if (cookie is not null)
            request.Headers.Add("Cookie", cookie);
        if (origin is not null)
            request.Headers.Add("Origin", origin);
        return client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public static Task<HttpResponseMessage> GetAsync(this HttpClient client, string path, string? cookie)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (cookie is not null)
            request.Headers.Add("Cookie", cookie);
        return client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    /// <summary>Signs in, and returns the session's cookie.</summary>
    public static async Task<string> SignInAsync(this JobsHost host, string token, string path = "/dashboard")
    {
        using var answer = await host.Client.PostAsync($"{path}/sign-in", [new("token", token), new("to", path)]);
        Assert.Equal((HttpStatusCode.SeeOther, path), (answer.StatusCode, answer.Header("Location")));
        return answer.Header("Set-Cookie")!.Split(';')[0];
    }

    /// <summary>The token that a page's forms carry.</summary>
    public static async Task<string> FormTokenAsync(this JobsHost host, string cookie, string path = "/dashboard/jobs")
    {
        using var answer = await host.Client.GetAsync(path, cookie);
        return TokenField().Match(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Groups[1].Value;
    }

    [GeneratedRegex("name=\"_form\" value=\"([^\"]+)\"")]
    private static partial Regex TokenField();
}
