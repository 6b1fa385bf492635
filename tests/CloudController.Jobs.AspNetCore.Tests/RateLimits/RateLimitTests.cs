using System.Net;
using CloudController.Jobs.AspNetCore.Auth;
using CloudController.Jobs.AspNetCore.RateLimits;
using CloudController.Jobs.AspNetCore.Tests.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace CloudController.Jobs.AspNetCore.Tests.RateLimits;

/// <summary>Contract §2, <c>RateLimit:*</c>: bursts of 4 s' worth, so that a limit of 1 a second lets 4 through at once.</summary>
public sealed class RateLimitTests
{
    private const int Burst = 4;

    // A second lets one through again, and a machine may stand still for some: asked often enough, it is refused.
    private const int Many = 2 * Burst;
    private const int Most = 1_000;

    private readonly FakeTimeProvider clock = new(DateTimeOffset.FromUnixTimeSeconds(1_700_000_000));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_answer_of_an_open_route_says_what_is_left()
    {
        await using var host = await StartAsync();

        var first = await host.Client.GetAsync("/v2/jobs/x", Cancellation);

        Assert.Equal("4", first.Header("X-RateLimit-Limit"));
        Assert.Equal("3", first.Header("X-RateLimit-Remaining"));
        Assert.Equal("1700000001", first.Header("X-RateLimit-Reset"));
    }

    [Fact]
    public async Task Over_the_limit_of_its_address_an_open_route_is_429()
    {
        await using var host = await StartAsync();

        var answers = await AskAsync(host.Client, "/v2/jobs/x");

        Assert.All(answers[..Burst], answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
        var refused = answers[^1];
        await refused.IsV2ErrorAsync(HttpStatusCode.TooManyRequests, 10014, "CF-IPBasedRateLimitExceeded");
        Assert.Equal(("4", "0", "1"), (refused.Header("X-RateLimit-Limit"), refused.Header("X-RateLimit-Remaining"), refused.Header("Retry-After")));
    }

    [Fact]
    public async Task Over_the_limit_of_its_user_a_route_is_429_for_that_user_only()
    {
        await using var host = await StartAsync();

        var answers = await AskAsync(host.As(Tokens.Reader), "/v3/jobs/x");

        Assert.All(answers[..Burst], answer => Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode));
        await answers[^1].IsV3ErrorAsync(HttpStatusCode.TooManyRequests, 10013, "CF-RateLimitExceeded");
        Assert.Equal(HttpStatusCode.NotFound, (await host.As(Tokens.Writer).GetAsync("/v3/jobs/x", Cancellation)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await host.Client.GetAsync("/v2/jobs/x", Cancellation)).StatusCode);
    }

    [Fact]
    public async Task A_missing_scope_counts_too()
    {
        await using var host = await StartAsync();

        var answers = await AskAsync(host.As(Tokens.Nobody), "/v3/jobs/x");

        await answers[0].IsV3ErrorAsync(HttpStatusCode.Forbidden, 10003, "CF-NotAuthorized");
        Assert.Equal("3", answers[0].Header("X-RateLimit-Remaining"));
        await answers[^1].IsV3ErrorAsync(HttpStatusCode.TooManyRequests, 10013, "CF-RateLimitExceeded");
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData(null)]
    public async Task Refused_tokens_count_against_their_address(string? token)
    {
        await using var host = await StartAsync();

        var answers = await AskAsync(token is null ? host.Client : host.As(token), "/v3/jobs/x");

        Assert.All(answers[..Burst], answer => Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode));
        Assert.Equal("3", answers[0].Header("X-RateLimit-Remaining"));
        await answers[^1].IsV3ErrorAsync(HttpStatusCode.TooManyRequests, 10014, "CF-IPBasedRateLimitExceeded");
        Assert.Equal(HttpStatusCode.NotFound, (await host.As(Tokens.Reader).GetAsync("/v3/jobs/x", Cancellation)).StatusCode);
    }

    [Fact]
    public async Task Admins_health_probes_and_unknown_routes_count_against_nothing()
    {
        await using var host = await StartAsync();
        var admin = host.As(Tokens.Admin);

        foreach (var (client, path, status) in new[]
        {
            (admin, "/v3/jobs/x", HttpStatusCode.NotFound),
            (host.Client, "/healthz", HttpStatusCode.OK),
            (host.Client, "/readyz", HttpStatusCode.OK),
            (host.Client, "/nowhere", HttpStatusCode.NotFound),
        })
        {
            for (var i = 0; i < 5 * Burst; i++)
            {
                var answer = await client.GetAsync(path, Cancellation);
                Assert.Equal((status, null), (answer.StatusCode, answer.Header("X-RateLimit-Limit")));
            }
        }
    }

    [Fact]
    public async Task A_fault_counts_as_well()
    {
        await using var host = await StartAsync(routes: app =>
        {
            var group = app.MapGroup("");
            ((IEndpointConventionBuilder)group).Finally(app.Services.GetRequiredService<RouteGuard>().Guard);
            group.MapGet("/fails", (HttpContext _) => throw new InvalidOperationException());
        });

        var answer = await host.Client.GetAsync("/fails", Cancellation);

        await answer.IsV3ErrorAsync(HttpStatusCode.InternalServerError, 10001, "UnknownError");
        Assert.Equal(("4", "3"), (answer.Header("X-RateLimit-Limit"), answer.Header("X-RateLimit-Remaining")));
    }

    [Fact]
    public async Task Where_there_is_no_limit_nothing_is_said_of_one()
    {
        await using var host = await JobsHost.StartAsync([new("RateLimit:OpenPerSecond", "1")]);

        for (var i = 0; i < 5 * Burst; i++)
        {
            var answer = await host.Client.GetAsync("/v2/jobs/x", Cancellation);
            Assert.Equal((HttpStatusCode.OK, null), (answer.StatusCode, answer.Header("X-RateLimit-Limit")));
        }
    }

    [Fact]
    public async Task What_a_proxy_that_is_not_trusted_says_of_its_clients_is_ignored()
    {
        await using var host = await StartAsync();

        Assert.Equal(HttpStatusCode.TooManyRequests, (await AskForClientsAsync(host, i => $"192.0.2.{i % 250}")).StatusCode);
    }

    [Fact]
    public async Task What_a_trusted_proxy_says_of_its_clients_counts()
    {
        await using var host = await StartAsync([new("TrustedProxies:0", "10.0.0.0/8"), new("TrustedProxies:1", "127.0.0.1")]);

        Assert.Equal(HttpStatusCode.OK, (await AskForClientsAsync(host, i => $"192.0.2.{i}", Many)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await AskForClientsAsync(host, i => $"198.51.100.{i}, 10.1.2.3", Many)).StatusCode);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await AskForClientsAsync(host, i => $"192.0.2.{i % 250}, 203.0.113.1")).StatusCode);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await AskForClientsAsync(host, i => $"2001:db8::{i:x}")).StatusCode);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await AskForClientsAsync(host, _ => "nonsense")).StatusCode);
    }

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1", true)]
    [InlineData("192.0.2.1", "192.0.2.2", false)]
    [InlineData("192.0.2.1", "::ffff:192.0.2.1", true)]
    [InlineData("::ffff:192.0.2.1", "::ffff:192.0.2.2", false)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2:ffff::2", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:3::1", false)]
    [InlineData("::1", "0.0.0.1", false)]
    public void A_client_is_an_address_or_an_ipv6_network_of_64_bits(string one, string other, bool same)
    {
        Assert.Equal(same, ClientAddress.Of(IPAddress.Parse(one)) == ClientAddress.Of(IPAddress.Parse(other)));
    }

    [Fact]
    public void A_hundred_thousand_clients_have_a_bucket_each()
    {
        using var limit = new RateLimit<ClientAddress>(1, "IPBasedRateLimitExceeded", TimeProvider.System);
        var headers = new HeaderDictionary();

        for (var client = 0UL; client < 100_000; client++)
        {
            Assert.Null(limit.Take(new ClientAddress(default, client), headers));
            Assert.Equal("3", headers["X-RateLimit-Remaining"]);
        }
    }

    private Task<JobsHost> StartAsync(IEnumerable<KeyValuePair<string, string?>>? settings = null, Action<WebApplication>? routes = null) => JobsHost.StartAsync(
        [new("RateLimit:Enabled", "true"), new("RateLimit:OpenPerSecond", "1"), new("RateLimit:UserPerSecond", "1"), .. settings ?? []], clock, routes: routes);

    /// <summary>Asks until it is refused for asking too often.</summary>
    private static async Task<HttpResponseMessage[]> AskAsync(HttpClient client, string path)
    {
        var answers = new List<HttpResponseMessage>();
        while (answers.Count < Most && answers.LastOrDefault()?.StatusCode != HttpStatusCode.TooManyRequests)
            answers.Add(await client.GetAsync(path, Cancellation));

        return [.. answers];
    }

    /// <summary>Asks until it is refused, at most so many times, for a client a time; the last answer.</summary>
    private static async Task<HttpResponseMessage> AskForClientsAsync(JobsHost host, Func<int, string> forwardedFor, int most = Most)
    {
        HttpResponseMessage? answer = null;
        for (var i = 0; i < most && answer?.StatusCode != HttpStatusCode.TooManyRequests; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/v2/jobs/x");
            request.Headers.TryAddWithoutValidation("X-Forwarded-For", forwardedFor(i));
            answer = await host.Client.SendAsync(request, Cancellation);
        }

        return answer!;
    }
}
