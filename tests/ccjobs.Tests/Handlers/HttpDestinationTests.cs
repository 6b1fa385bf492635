using System.Net;

namespace CloudController.Jobs.Cli.Tests.Handlers;

/// <summary>Where requests go is decided by the addresses of a host, at each connection and each redirect.</summary>
public sealed class HttpDestinationTests
{
    private const string NotAllowed =
        "arguments.url is not allowed: its host, one of its addresses, or where it redirects to";

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("10.0.0.1")]
    [InlineData("169.254.169.254")]
    [InlineData("::1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("64:ff9b::a00:1")]
    [InlineData("fd00::1")]
    public async Task A_public_name_with_a_private_address_is_refused_for_good(string address)
    {
        await using var farSide = await FarSide.StartAsync(200);
        using var handlers = Host("*", allowPrivate: true, (_, _) => Addresses(address));
        var run = Run(farSide.Url(host: "rebound.example"));

        var refused = await AssertRefusedAsync(handlers, run);
        Assert.Empty(farSide.Received);
        Assert.Contains("which is not public", refused.Detail, StringComparison.Ordinal);
        Assert.Empty(run.Log);
    }

    [Fact]
    public async Task One_private_address_among_public_ones_is_enough_to_refuse()
    {
        await using var farSide = await FarSide.StartAsync(200);
        using var handlers = Host("*", allowPrivate: true, (_, _) => Addresses("8.8.8.8", "127.0.0.1"));

        await AssertRefusedAsync(handlers, Run(farSide.Url(host: "mixed.example")));
        Assert.Empty(farSide.Received);
    }

    [Theory]
    [InlineData("http://127.0.0.1:{0}/")]
    [InlineData("http://2130706433:{0}/")]
    [InlineData("http://0x7f.1:{0}/")]
    [InlineData("http://0:{0}/")]
    [InlineData("http://[::ffff:127.0.0.1]:{0}/")]
    public async Task A_literal_private_address_is_refused_however_it_is_written(string url)
    {
        await using var farSide = await FarSide.StartAsync(200);
        using var handlers = Host("*", allowPrivate: true, (_, _) => Addresses("8.8.8.8"));

        await AssertRefusedAsync(handlers, Run(url.Replace("{0}", $"{farSide.Port}", StringComparison.Ordinal)));
        Assert.Empty(farSide.Received);
    }

    [Fact]
    public async Task A_listed_host_may_not_be_private_while_private_networks_are_not_allowed()
    {
        await using var farSide = await FarSide.StartAsync(200);
        using var handlers = Host("inside.example", allowPrivate: false, (_, _) => Addresses("127.0.0.1"));

        await AssertRefusedAsync(handlers, Run(farSide.Url(host: "inside.example")));
        Assert.Empty(farSide.Received);
    }

    [Fact]
    public async Task The_connection_goes_to_the_address_that_was_checked()
    {
        await using var farSide = await FarSide.StartAsync(200);
        var asked = 0;
        using var handlers = Host("inside.example", allowPrivate: true, (_, _) =>
        {
            // A name server that changes its mind: a second question would get an address where nobody answers.
            return Interlocked.Increment(ref asked) == 1 ? Addresses("127.0.0.1") : Addresses("127.0.0.9");
        });

        Assert.IsType<JobOutcome.Done>(await handlers.RunAsync(Run(farSide.Url(host: "inside.example"))));
        Assert.Equal(1, asked);
        Assert.Equal($"inside.example:{farSide.Port}", Assert.Single(farSide.Received).Headers["Host"]);
    }

    [Theory]
    [InlineData("http://metadata.example:{0}/")]
    [InlineData("//metadata.example:{0}/")]
    [InlineData("http://127.0.0.1:{0}/")]
    [InlineData("http://elsewhere.test:{0}/")]
    [InlineData("ftp://inside.example:{0}/")]
    [InlineData("http://user@inside.example:{0}/")]
    public async Task A_redirect_is_followed_only_to_where_a_request_may_go(string location)
    {
        await using var secret = await FarSide.StartAsync(200, "secret");
        await using var farSide = await RedirectingAsync(302, location.Replace("{0}", $"{secret.Port}", StringComparison.Ordinal));
        using var handlers = Host("inside.example", allowPrivate: true, (_, _) => Addresses("127.0.0.1"));

        await AssertRefusedAsync(handlers, Run(farSide.Url(host: "inside.example")));
        Assert.Single(farSide.Received);
        Assert.Empty(secret.Received);
    }

    // RFC 9110 §15.4, and what browsers do with 301 and 302 after a POST.
    [Theory]
    [InlineData(301, "POST", "GET", "")]
    [InlineData(302, "POST", "GET", "")]
    [InlineData(303, "PUT", "GET", "")]
    [InlineData(301, "PUT", "PUT", "text")]
    [InlineData(307, "POST", "POST", "text")]
    [InlineData(308, "DELETE", "DELETE", "text")]
    public async Task A_redirect_keeps_or_changes_method_and_body_by_its_status(int status, string method, string thenMethod, string thenBody)
    {
        await using var farSide = await FarSide.StartAsync(context =>
        {
            if (context.Request.Path == "/")
                context.Response.Redirect("/next", permanent: false);

            context.Response.StatusCode = context.Request.Path == "/" ? status : 200;
            return Task.CompletedTask;
        });
        using var handlers = Host("inside.example", allowPrivate: true, (_, _) => Addresses("127.0.0.1"));

        var outcome = await handlers.RunAsync(new TestRun(
            "http.request",
            $$"""{"method":"{{method}}","url":"{{farSide.Url(host: "inside.example")}}","body":"text","headers":{"Authorization":"bearer t"} }"""));

        Assert.IsType<JobOutcome.Done>(outcome);
        Assert.Equal(("/next", thenMethod, thenBody), (farSide.Received[1].Target, farSide.Received[1].Method, farSide.Received[1].Body));
        Assert.Equal("bearer t", farSide.Received[1].Headers["Authorization"]);
    }

    [Fact]
    public async Task Another_origin_gets_no_credentials()
    {
        await using var other = await FarSide.StartAsync(200);
        await using var farSide = await RedirectingAsync(307, other.Url("/there", host: "inside.example"));
        using var handlers = Host("inside.example", allowPrivate: true, (_, _) => Addresses("127.0.0.1"));

        var outcome = await handlers.RunAsync(new TestRun(
            "http.request",
            $$"""
            {"url":"{{farSide.Url(host: "inside.example")}}",
            "headers":{"Authorization":"bearer t","Cookie":"a=b","X-Api-Key":"k","Accept":"text/x"} }
            """));

        Assert.IsType<JobOutcome.Done>(outcome);
        var headers = Assert.Single(other.Received).Headers;
        Assert.DoesNotContain("Authorization", headers.Keys);
        Assert.DoesNotContain("Cookie", headers.Keys);
        Assert.DoesNotContain("X-Api-Key", headers.Keys);
        Assert.Equal("text/x", headers["Accept"]);
    }

    [Fact]
    public async Task Five_redirects_are_followed_and_no_more()
    {
        await using var farSide = await FarSide.StartAsync(context =>
        {
            context.Response.Redirect("/again");
            return Task.CompletedTask;
        });
        using var handlers = Host("inside.example", allowPrivate: true, (_, _) => Addresses("127.0.0.1"));

        await AssertRefusedAsync(handlers, Run(farSide.Url(host: "inside.example")));
        Assert.Equal(6, farSide.Received.Count);
    }

    [Fact]
    public async Task A_name_without_addresses_is_tried_again()
    {
        using var handlers = Host("*", allowPrivate: false, (_, _) => Addresses());

        var outcome = await handlers.RunAsync(Run("http://nobody.example/"));

        Assert.False(outcome.Failure().IsFinal);
        Assert.DoesNotContain("nobody", outcome.Error().Detail, StringComparison.Ordinal);
    }

    private static HandlerHost Host(string allowed, bool allowPrivate, Func<string, CancellationToken, Task<IPAddress[]>> resolve) => new(
        new Dictionary<string, string?> { ["Http:AllowedHosts:0"] = allowed, ["Http:AllowPrivateNetworks"] = allowPrivate ? "true" : "false" },
        resolve: resolve);

    private static Task<IPAddress[]> Addresses(params string[] addresses) => Task.FromResult(Array.ConvertAll(addresses, IPAddress.Parse));

    private static Task<FarSide> RedirectingAsync(int status, string location) => FarSide.StartAsync(context =>
    {
        context.Response.StatusCode = status;
        context.Response.Headers.Location = location;
        return Task.CompletedTask;
    });

    private static TestRun Run(string url) => new("http.request", $$"""{"url":"{{url}}"}""");

    private static async Task<JobOutcome.Failure> AssertRefusedAsync(HandlerHost handlers, TestRun run)
    {
        var outcome = await handlers.RunAsync(run);

        Assert.True(outcome.Failure().IsFinal);
        Assert.Equal("CF-UnprocessableEntity", outcome.Error().Title);
        Assert.Equal(NotAllowed, outcome.Error().Detail);
        return outcome.Failure();
    }
}
