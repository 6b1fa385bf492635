using System.Net;
using System.Security.Cryptography;
using System.Text;
using CloudController.Jobs.AspNetCore.Auth;
using CloudController.Jobs.AspNetCore.Tests.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace CloudController.Jobs.AspNetCore.Tests.Auth;

/// <summary>Contract §5, head: who is let through, in which order, and what the others are told.</summary>
public sealed class StaticTokenTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("Basic YWRtaW46YWRtaW4=")]
    [InlineData("admin")]
    [InlineData("token bearer admin")]
    public async Task Whoever_does_not_say_bearer_is_not_authenticated(string? authorization)
    {
        await using var host = await JobsHost.StartAsync(routes: MapProbes);

        var answer = await AskAsync(host, "/probe/Read", authorization);

        Assert.Equal("Authentication error", await answer.IsV3ErrorAsync(HttpStatusCode.Unauthorized, 10002, "CF-NotAuthenticated"));
        Assert.Null(answer.Header("WWW-Authenticate"));
    }

    [Theory]
    [InlineData("bearer")]
    [InlineData("bearer ")]
    [InlineData("bearer nonsense")]
    [InlineData("bearer ADMIN")]
    [InlineData("bearer admin x")]
    [InlineData("bearer admin,bearer admin")]
    [InlineData("beareradmin")]
    [InlineData("bearer:admin")]
    [InlineData("bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.")]
    [InlineData("bearer \u00e9\u20ac\U0001F4A9")]
    public async Task A_token_that_is_none_of_ours_is_invalid(string authorization)
    {
        await using var host = await JobsHost.StartAsync(routes: MapProbes);

        var answer = await AskAsync(host, "/probe/Read", authorization);

        Assert.Equal("Invalid Auth Token", await answer.IsV3ErrorAsync(HttpStatusCode.Unauthorized, 1000, "CF-InvalidAuthToken"));
        Assert.Null(answer.Header("WWW-Authenticate"));
    }

    [Theory]
    [InlineData("bearer admin")]
    [InlineData("Bearer admin")]
    [InlineData("BEARER admin")]
    [InlineData("bEaReR   admin  ")]
    public async Task Bearer_may_be_spelt_in_any_letter_case(string authorization)
    {
        await using var host = await JobsHost.StartAsync(routes: MapProbes);

        Assert.Equal(HttpStatusCode.OK, (await AskAsync(host, "/probe/Admin", authorization)).StatusCode);
    }

    [Fact]
    public async Task Two_tokens_are_none()
    {
        await using var host = await JobsHost.StartAsync(routes: MapProbes);

        var answer = await host.SendRawAsync(
            "GET /probe/Read HTTP/1.1\r\nHost: x\r\nAuthorization: bearer admin\r\nAuthorization: bearer admin\r\nConnection: close\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 401 ", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(10_000, HttpStatusCode.Unauthorized)]
    [InlineData(100_000, HttpStatusCode.RequestHeaderFieldsTooLarge)]
    public async Task Long_tokens_are_refused(int length, HttpStatusCode status)
    {
        await using var host = await JobsHost.StartAsync(routes: MapProbes);

        Assert.Equal(status, (await AskAsync(host, "/probe/Read", "bearer " + new string('x', length))).StatusCode);
    }

    // The table of contract §5; for V2Read facts §1, "2026".
    [Theory]
    [InlineData(Tokens.Admin, "Read ReadEverything Write Worker Admin V2Read")]
    [InlineData(Tokens.Writer, "Read Write V2Read")]
    [InlineData(Tokens.Reader, "Read V2Read")]
    [InlineData(Tokens.AdminReadOnly, "Read ReadEverything")]
    [InlineData(Tokens.Auditor, "Read ReadEverything")]
    [InlineData(Tokens.Worker, "Worker")]
    [InlineData(Tokens.Nobody, "")]
    public async Task A_token_is_let_through_where_its_scopes_suffice(string token, string allowed)
    {
        await using var host = await JobsHost.StartAsync(routes: MapProbes);
        var client = host.As(token);

        foreach (var scope in Enum.GetValues<Scope>())
        {
            var answer = await client.GetAsync($"/probe/{scope}", Cancellation);
            if (allowed.Split(' ').Contains(scope.ToString()))
                Assert.Equal("|" + token, await answer.Content.ReadAsStringAsync(Cancellation));
            else if (scope == Scope.V2Read)
                await answer.IsV3ErrorAsync(HttpStatusCode.Forbidden, 10007, "CF-InsufficientScope");
            else
                await answer.IsV3ErrorAsync(HttpStatusCode.Forbidden, 10003, "CF-NotAuthorized");
        }
    }

    [Fact]
    public async Task A_token_of_which_only_the_hash_is_known_is_as_good()
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes("generated"));
        await using var host = await JobsHost.StartAsync(
            services: services => services.Configure<AuthOptions>(auth => auth.HashedTokens.Add(new(hash, "admin of old", [ScopeNames.Admin]))),
            routes: MapProbes);

        Assert.Equal("|admin of old", await host.As("generated").GetStringAsync("/probe/Admin", Cancellation));
    }

    [Fact]
    public void A_caller_has_the_scopes_of_its_token_and_an_admin_all()
    {
        var caller = new Caller("", "x", ["deploy.run"]);

        Assert.True(caller.Has("deploy.run"));
        Assert.False(caller.Has("Deploy.run"));
        Assert.False(caller.IsAdmin || caller.ReadsEverything);
        Assert.True(new Caller("", "x", [ScopeNames.Admin]).Has("deploy.run"));
        Assert.Equal(new JobOwner("", "x"), caller.Owner);
    }

    private static void MapProbes(WebApplication app)
    {
        var probes = app.MapGroup("/probe");
        ((IEndpointConventionBuilder)probes).Finally(app.Services.GetRequiredService<RouteGuard>().Guard);
        foreach (var scope in Enum.GetValues<Scope>())
        {
            probes.MapGet($"/{scope}", (HttpContext context) =>
            {
                var owner = Caller.Of(context).Owner;
                return context.Response.WriteAsync($"{owner.Issuer}|{owner.Subject}", context.RequestAborted);
            }).RequireScope(scope);
        }
    }

    private static async Task<HttpResponseMessage> AskAsync(JobsHost host, string path, string? authorization)
    {
        using var client = new HttpClient(new SocketsHttpHandler { RequestHeaderEncodingSelector = (_, _) => Encoding.UTF8 }) { BaseAddress = host.Address };
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (authorization is not null)
            request.Headers.TryAddWithoutValidation("Authorization", authorization);

        return await client.SendAsync(request, Cancellation);
    }
}
