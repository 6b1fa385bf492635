using System.Net;
using System.Text.Json;
using CloudController.Jobs.AspNetCore.Info;
using CloudController.Jobs.AspNetCore.Tests.Hosting;
using CloudController.Jobs.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace CloudController.Jobs.AspNetCore.Tests.Info;

/// <summary>Facts §7: what the clients of Cloud Controller need before anything else.</summary>
public sealed class InfoTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_root_links_to_both_versions_and_a_login_server()
    {
        await using var host = await JobsHost.StartAsync();
        var self = host.Address.ToString().TrimEnd('/');

        var answer = await host.Client.GetAsync("/", Cancellation);

        Assert.Equal("application/json; charset=utf-8", answer.Header("Content-Type"));
        var links = (await answer.JsonAsync()).GetProperty("links");
        Assert.Equal(self, Href(links, "self"));
        Assert.Equal(self + "/v2", Href(links, "cloud_controller_v2"));
        Assert.Equal(self + "/v3", Href(links, "cloud_controller_v3"));
        Assert.Equal((self, self), (Href(links, "login"), Href(links, "uaa")));

        // The oldest that cf-java-client and cf v9 work with.
        Assert.True(VersionOf(links, "cloud_controller_v2") >= new Version(2, 272, 0));
        Assert.True(VersionOf(links, "cloud_controller_v3") >= new Version(3, 160, 0));

        // An object without href breaks cf-java-client; null doesn't.
        Assert.All(links.EnumerateObject(), link => Assert.True(
            link.Value.ValueKind == JsonValueKind.Null || link.Value.GetProperty("href").ValueKind == JsonValueKind.String));
    }

    [Fact]
    public async Task V3_links_to_itself()
    {
        await using var host = await JobsHost.StartAsync([new("ExternalUrl", "https://jobs.example.org/")]);

        var links = (await (await host.Client.GetAsync("/v3", Cancellation)).JsonAsync()).GetProperty("links");

        Assert.Equal("https://jobs.example.org/v3", Href(links, "self"));
        Assert.Equal("https://jobs.example.org/v3/jobs", Href(links, "jobs"));
    }

    [Fact]
    public async Task V2_info_says_where_tokens_come_from()
    {
        await using var host = await JobsHost.StartAsync([new("Auth:Authority", "https://uaa.example.com/")]);

        var answer = await host.Client.GetAsync("/v2/info", Cancellation);

        Assert.Equal("application/json;charset=utf-8", answer.Header("Content-Type"));
        Assert.StartsWith("{\n  \"name\": ", await answer.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        var info = await answer.JsonAsync();
        Assert.Equal("https://uaa.example.com", info.GetProperty("authorization_endpoint").GetString());
        Assert.Equal("https://uaa.example.com", info.GetProperty("token_endpoint").GetString());
        Assert.True(Version.Parse(info.GetProperty("api_version").GetString()!) >= new Version(2, 272, 0));
    }

    [Fact]
    public async Task V3_info_has_what_clients_read()
    {
        await using var host = await JobsHost.StartAsync();

        var info = await (await host.Client.GetAsync("/v3/info", Cancellation)).JsonAsync();

        Assert.Equal(host.Address + "v3/info", Href(info.GetProperty("links"), "self"));
        Assert.Equal(JsonValueKind.False, info.GetProperty("rate_limits").GetProperty("enabled").ValueKind);
        Assert.Equal(JsonValueKind.String, info.GetProperty("cli_version").GetProperty("minimum").ValueKind);
    }

    [Fact]
    public async Task The_server_itself_answers_for_a_login_server()
    {
        await using var host = await JobsHost.StartAsync();

        var login = await (await host.Client.GetAsync("/login", Cancellation)).JsonAsync();

        Assert.Equal(host.Address.ToString().TrimEnd('/'), login.GetProperty("links").GetProperty("uaa").GetString());
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/v3")]
    [InlineData("/v3/info")]
    [InlineData("/v2/info")]
    [InlineData("/healthz")]
    [InlineData("/readyz")]
    public async Task Each_is_open_and_may_be_asked_for_its_head_alone(string path)
    {
        await using var host = await JobsHost.StartAsync([new("Jobs:V2Authentication", "required")]);
        using var request = new HttpRequestMessage(HttpMethod.Head, path);
        request.Headers.TryAddWithoutValidation("Authorization", "bearer nonsense");

        var head = await host.Client.SendAsync(request, Cancellation);
        var get = await host.Client.GetAsync(path, Cancellation);

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (head.StatusCode, get.StatusCode));
        Assert.Equal(get.Header("Content-Length"), head.Header("Content-Length"));
        Assert.NotEqual(JsonValueKind.Undefined, (await get.JsonAsync()).ValueKind);
        Assert.NotNull(get.Header("X-VCAP-Request-ID"));

        var post = await host.Client.PostAsync(path, null, Cancellation);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, post.StatusCode);
        Assert.Equal(["GET", "HEAD"], post.Content.Headers.Allow.Order());
    }

    [Fact]
    public async Task A_server_whose_store_is_out_of_reach_lives_but_is_not_ready()
    {
        await using var host = await JobsHost.StartAsync(services: services => services.AddHealthChecks()
            .AddCheck("failing", () => throw new StoreUnavailableException("secret"), [StoreHealthCheck.Tag]));

        var ready = await host.Client.GetAsync("/readyz", Cancellation);

        Assert.DoesNotContain("secret", await ready.IsV3ErrorAsync(HttpStatusCode.ServiceUnavailable, 10015, "CF-ServiceUnavailable"), StringComparison.Ordinal);
        Assert.Equal("5", ready.Header("Retry-After"));
        Assert.Equal(HttpStatusCode.OK, (await host.Client.GetAsync("/healthz", Cancellation)).StatusCode);
    }

    [Fact]
    public async Task What_a_trusted_proxy_says_of_scheme_and_host_stands_in_links()
    {
        await using var trusting = await JobsHost.StartAsync([new("TrustedProxies:0", "127.0.0.1")]);
        await using var wary = await JobsHost.StartAsync();

        Assert.Equal("https://jobs.example.org", await SelfAsync(trusting));
        Assert.Equal("http://jobs.example.org", await SelfAsync(trusting, scheme: "javascript"));
        Assert.Equal(wary.Address.ToString().TrimEnd('/'), await SelfAsync(wary));
    }

    [Theory]
    [InlineData("Host: jobs.example.org", "http://jobs.example.org")]
    [InlineData("Host: [::1]:99", "http://[::1]:99")]
    [InlineData("X-Forwarded-Host: evil.example", "http://127.0.0.1:")]
    public async Task Links_follow_the_host_that_was_asked_for(string header, string expected)
    {
        await using var host = await JobsHost.StartAsync();

        var answer = await host.SendRawAsync($"GET / HTTP/1.0\r\n{header}\r\n\r\n");

        Assert.Contains("{\"links\":{\"self\":{\"href\":\"" + expected, answer, StringComparison.Ordinal);
    }

    private static async Task<string?> SelfAsync(JobsHost host, string scheme = "https")
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/")
        {
            Headers = { { "X-Forwarded-Proto", scheme }, { "X-Forwarded-Host", "jobs.example.org" }, { "X-Forwarded-For", "192.0.2.1" } },
        };
        return Href((await (await host.Client.SendAsync(request, Cancellation)).JsonAsync()).GetProperty("links"), "self");
    }

    private static string? Href(JsonElement links, string name) => links.GetProperty(name).GetProperty("href").GetString();

    private static Version VersionOf(JsonElement links, string name) =>
        Version.Parse(links.GetProperty(name).GetProperty("meta").GetProperty("version").GetString()!);
}
