using System.Net;
using CloudController.Jobs.AspNetCore.Tests.Auth;
using CloudController.Jobs.AspNetCore.Tests.Hosting;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Time.Testing;
using static CloudController.Jobs.AspNetCore.Tests.Dashboard.IssuerHost;

namespace CloudController.Jobs.AspNetCore.Tests.Dashboard;

/// <summary>Signing in at the issuer's own page, where its answer signs nobody in.</summary>
public sealed class IssuerRefusalTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_answer_to_another_browsers_sign_in_is_refused_and_leaves_this_ones_alone()
    {
        await using var issuer = await Issuer.StartAsync();
        await using var host = await StartAsync(issuer);
        var (victims, asked) = await BeginAsync(host);
        var (_, attackers) = await BeginAsync(host);
        var foreign = LocalPath(issuer.SignIn.Approve(attackers));

        foreach (var (path, cookie) in new (string, string?)[]
        {
            (foreign, victims), (foreign, null), ("/dashboard/sign-in/callback", victims), ("/dashboard/sign-in/callback?code=x&state=", victims),
            (foreign, "ccjobs-sign-in=AAAA"), (foreign, $"ccjobs-sign-in={await host.SignInAsync(Tokens.Admin)}"),
        })
        {
            using var refused = await host.Client.GetAsync(path, cookie);
            await IsRefusedAsync(refused, HttpStatusCode.BadRequest, "was not begun in this browser");
            Assert.False(refused.Headers.Contains("Set-Cookie"));
        }

        Assert.Equal(0, issuer.SignIn.Trades);
        using var own = await host.Client.GetAsync(LocalPath(issuer.SignIn.Approve(asked)), victims);
        Assert.Equal(HttpStatusCode.OK, own.StatusCode);
    }

    [Fact]
    public async Task A_sign_in_that_took_too_long_is_over()
    {
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var issuer = await Issuer.StartAsync();
        await using var host = await StartAsync(issuer, clock: clock);
        var (pending, asked) = await BeginAsync(host);

        clock.Advance(TimeSpan.FromMinutes(10));
        using var answer = await host.Client.GetAsync(LocalPath(issuer.SignIn.Approve(asked)), pending);

        await IsRefusedAsync(answer, HttpStatusCode.BadRequest, "took longer than ten minutes");
    }

    [Fact]
    public async Task An_answer_counts_once()
    {
        await using var issuer = await Issuer.StartAsync();
        await using var host = await StartAsync(issuer);
        var (pending, asked) = await BeginAsync(host);
        var path = LocalPath(issuer.SignIn.Approve(asked));

        using var first = await host.Client.GetAsync(path, pending);
        using var second = await host.Client.GetAsync(path, pending);

        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        await IsRefusedAsync(second, HttpStatusCode.Unauthorized, "The issuer refused the sign-in");
    }

    [Theory]
    [InlineData(true)] // the verifier is not the code's
    [InlineData(false)] // nor is the nonce, where the issuer does not know PKCE
    public async Task A_code_of_another_sign_in_signs_nobody_in(bool checksVerifier)
    {
        await using var issuer = await Issuer.StartAsync();
        issuer.SignIn.ChecksVerifier = checksVerifier;
        await using var host = await StartAsync(issuer);
        var (pending, asked) = await BeginAsync(host);
        var (_, victims) = await BeginAsync(host);
        var state = QueryHelpers.ParseQuery(new Uri(asked).Query)["state"].ToString();
        var stolen = QueryHelpers.ParseQuery(new Uri(issuer.SignIn.Approve(victims)).Query)["code"].ToString();

        using var answer = await host.Client.GetAsync($"/dashboard/sign-in/callback?code={stolen}&state={state}", pending);

        await IsRefusedAsync(answer, HttpStatusCode.Unauthorized, "The issuer refused the sign-in");
        Assert.Equal(1, issuer.SignIn.Trades);
    }

    [Theory]
    [InlineData("error=access_denied", HttpStatusCode.Unauthorized, "broken off at the issuer")]
    [InlineData("error=access_denied&error_description=%3Cscript%3E&code=x", HttpStatusCode.Unauthorized, "broken off at the issuer")]
    [InlineData("error=invalid_scope", HttpStatusCode.Unauthorized, "The issuer refused the sign-in")]
    [InlineData("error=%3Cscript%3E%0Aforged", HttpStatusCode.Unauthorized, "The issuer refused the sign-in")]
    [InlineData("code=", HttpStatusCode.BadRequest, "was not begun in this browser")]
    [InlineData("code=x&code=y", HttpStatusCode.BadRequest, "was not begun in this browser")]
    [InlineData("code=x&iss=https%3A%2F%2Felsewhere.example", HttpStatusCode.BadRequest, "was not begun in this browser")]
    public async Task What_the_issuer_refuses_or_another_answers_signs_nobody_in(string parameters, HttpStatusCode status, string sentence)
    {
        await using var issuer = await Issuer.StartAsync();
        await using var host = await StartAsync(issuer);
        var (pending, asked) = await BeginAsync(host);
        var state = QueryHelpers.ParseQuery(new Uri(asked).Query)["state"].ToString();

        using var answer = await host.Client.GetAsync($"/dashboard/sign-in/callback?state={state}&{parameters}", pending);

        await IsRefusedAsync(answer, status, sentence);
        Assert.DoesNotContain("<script>", await answer.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        Assert.Equal(0, issuer.SignIn.Trades);
    }

    [Theory]
    [InlineData(500, "{}", HttpStatusCode.BadGateway)]
    [InlineData(302, "{}", HttpStatusCode.BadGateway)]
    [InlineData(200, "<html>", HttpStatusCode.BadGateway)]
    [InlineData(200, "[]", HttpStatusCode.BadGateway)]
    [InlineData(200, """{"token_type":"bearer"}""", HttpStatusCode.BadGateway)]
    [InlineData(200, """{"access_token":"x","token_type":"DPoP"}""", HttpStatusCode.BadGateway)]
    [InlineData(200, """{"access_token":"\ud800","token_type":"bearer"}""", HttpStatusCode.BadGateway)]
    [InlineData(401, """{"error":"invalid_client"}""", HttpStatusCode.Unauthorized)]
    [InlineData(400, "not even JSON", HttpStatusCode.Unauthorized)]
    [InlineData(200, """{"access_token":"opaque","token_type":"bearer"}""", HttpStatusCode.Unauthorized)]
    public async Task A_token_endpoint_that_answers_with_no_tokens_signs_nobody_in(int status, string body, HttpStatusCode expected)
    {
        await using var issuer = await Issuer.StartAsync();
        issuer.SignIn.Answer = _ => (status, body);
        await using var host = await StartAsync(issuer);
        var (pending, asked) = await BeginAsync(host);

        using var answer = await host.Client.GetAsync(LocalPath(issuer.SignIn.Approve(asked)), pending);

        await IsRefusedAsync(answer, expected, "issuer");
    }

    [Theory]
    [InlineData("aud", "elsewhere")]
    [InlineData("iss", "https://elsewhere.example")]
    [InlineData("nonce", "another")]
    [InlineData("azp", "another")]
    [InlineData("sub", "")]
    [InlineData("exp", null)]
    [InlineData("nonce", null)]
    [InlineData("aud", null)]
    public async Task An_ID_token_that_is_not_of_this_sign_in_signs_nobody_in(string claim, string? value)
    {
        await using var issuer = await Issuer.StartAsync();
        issuer.SignIn.ChangeIdToken = claims =>
        {
            claims.Remove(claim);
            if (value is not null)
                claims[claim] = value;
        };
        await using var host = await StartAsync(issuer);
        var (pending, asked) = await BeginAsync(host);

        using var answer = await host.Client.GetAsync(LocalPath(issuer.SignIn.Approve(asked)), pending);

        await IsRefusedAsync(answer, HttpStatusCode.Unauthorized, "The issuer refused the sign-in");
    }

    [Theory]
    [InlineData(true, HttpStatusCode.Unauthorized)]
    [InlineData(false, HttpStatusCode.OK)]
    public async Task An_ID_token_is_needed_where_openid_was_asked_for(bool isAskedFor, HttpStatusCode expected)
    {
        await using var issuer = await Issuer.StartAsync();
        issuer.SignIn.Answer = tokens => (200, tokens.Replace("id_token", "other", StringComparison.Ordinal));
        await using var host = await StartAsync(issuer, [new("Dashboard:Scopes:0", isAskedFor ? "openid" : "cloud_controller.read")]);
        var (pending, asked) = await BeginAsync(host);

        using var answer = await host.Client.GetAsync(LocalPath(issuer.SignIn.Approve(asked)), pending);

        Assert.Equal(expected, answer.StatusCode);
    }

    [Fact]
    public async Task An_access_token_that_the_API_does_not_take_is_said_to_be_unfit()
    {
        await using var issuer = await Issuer.StartAsync();
        issuer.SignIn.ChangeAccessToken = claims => claims["aud"] = "elsewhere";
        await using var host = await StartAsync(issuer);
        var (pending, asked) = await BeginAsync(host);

        using var answer = await host.Client.GetAsync(LocalPath(issuer.SignIn.Approve(asked)), pending);

        await IsRefusedAsync(answer, HttpStatusCode.Unauthorized, "is not one that this API takes");
    }

    [Theory]
    [InlineData("ftp://127.0.0.1/token")]
    [InlineData("http://elsewhere.example/token")]
    [InlineData("")]
    public async Task An_endpoint_that_anyone_could_listen_at_is_not_used(string endpoint)
    {
        await using var issuer = await Issuer.StartAsync();
        issuer.SignIn.TokenEndpoint = endpoint;
        await using var host = await StartAsync(issuer);

        using var answer = await host.Client.GetAsync(Begin, cookie: null);

        await IsRefusedAsync(answer, HttpStatusCode.BadGateway, "can&#x27;t be reached now");
    }

    [Fact]
    public async Task An_issuer_that_does_not_answer_is_said_to_be_out_of_reach()
    {
        using var nobody = new ClosedPort();
        await using var issuer = await Issuer.StartAsync();
        issuer.SignIn.TokenEndpoint = $"{nobody.Address}oauth/token";
        await using var host = await StartAsync(issuer);
        await using var other = await DashboardHost.StartAsync([new("Auth:Authority", $"{nobody.Address}"), new("Dashboard:ClientId", "x")]);
        var (pending, asked) = await BeginAsync(host);

        using var end = await host.Client.GetAsync(LocalPath(issuer.SignIn.Approve(asked)), pending);
        using var begin = await other.Client.GetAsync(Begin, cookie: null);
        using var page = await other.Client.GetAsync("/dashboard/sign-in", cookie: null);

        await IsRefusedAsync(end, HttpStatusCode.BadGateway, "can&#x27;t be reached now");
        await IsRefusedAsync(begin, HttpStatusCode.BadGateway, "can&#x27;t be reached now");
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
    }
}
