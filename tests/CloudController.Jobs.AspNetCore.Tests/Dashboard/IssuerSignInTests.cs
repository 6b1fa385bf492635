using System.Net;
using CloudController.Jobs.AspNetCore.Tests.Auth;
using CloudController.Jobs.AspNetCore.Tests.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using static CloudController.Jobs.AspNetCore.Tests.Dashboard.IssuerHost;

namespace CloudController.Jobs.AspNetCore.Tests.Dashboard;

/// <summary>Signing in at the issuer's own page: OpenID Connect's authorization code flow with PKCE.</summary>
public sealed class IssuerSignInTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(null)]
    [InlineData("a+secret/with=signs&more")]
    public async Task Whoever_the_issuer_lets_in_is_signed_in(string? secret)
    {
        await using var issuer = await Issuer.StartAsync();
        issuer.SignIn.ClientSecret = secret;
        await using var host = await StartAsync(issuer, [new("Dashboard:ClientSecret", secret)]);
        var (pending, asked) = await BeginAsync(host, "/dashboard/queues?a=b");

        using var answer = await host.Client.GetAsync(LocalPath(issuer.SignIn.Approve(asked)), pending);
        var page = await answer.Content.ReadAsStringAsync(Cancellation);
        var session = Cookie(answer, "ccjobs-session");
        using var queues = await host.Client.GetAsync("/dashboard/queues", session.Split(';')[0]);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains("""<meta http-equiv="refresh" content="0; url=/dashboard/queues?a=b">""", page, StringComparison.Ordinal);
        Assert.Equal(("no-store", "no-referrer"), (answer.Header("Cache-Control"), answer.Header("Referrer-Policy")));
        Assert.StartsWith("default-src 'none'", answer.Header("Content-Security-Policy"), StringComparison.Ordinal);
        Assert.Contains("; samesite=strict; httponly", session, StringComparison.Ordinal);
        Assert.StartsWith("ccjobs-sign-in=;", Cookie(answer, "ccjobs-sign-in"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, queues.StatusCode);
    }

    [Fact]
    public async Task The_issuer_is_asked_with_what_the_browser_alone_can_prove()
    {
        await using var issuer = await Issuer.StartAsync();
        await using var host = await StartAsync(issuer);

        using var answer = await host.Client.GetAsync(Begin, cookie: null);
        var asked = new Uri(answer.Header("Location")!);
        var query = QueryHelpers.ParseQuery(asked.Query);
        var cookie = Cookie(answer, "ccjobs-sign-in");

        Assert.Equal((HttpStatusCode.SeeOther, $"{issuer.Url}/oauth/authorize"), (answer.StatusCode, asked.GetLeftPart(UriPartial.Path)));
        Assert.Equal(
            ["code", IssuerSignIn.ClientId, "S256"],
            new[] { "response_type", "client_id", "code_challenge_method" }.Select(name => query[name].ToString()));
        Assert.Equal(host.Address + "dashboard/sign-in/callback", query["redirect_uri"]);
        Assert.Equal(
            "openid cloud_controller.read cloud_controller.write cloud_controller.admin_read_only cloud_controller.global_auditor cloud_controller.admin",
            query["scope"]);
        Assert.Equal(3, new[] { query["state"], query["nonce"], query["code_challenge"] }.Select(value => value.ToString()).Where(value => value.Length == 43).Distinct().Count());
        Assert.Contains("; max-age=600; path=/dashboard/sign-in; samesite=lax; httponly", cookie, StringComparison.Ordinal);
        Assert.DoesNotContain(query["state"].ToString(), cookie, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_redirect_url_is_the_one_that_people_use()
    {
        await using var issuer = await Issuer.StartAsync();
        await using var host = await StartAsync(
            issuer, [new("ExternalUrl", "https://jobs.example.org/base")], pipeline: app => app.UsePathBase("/base").UseRouting());

        using var answer = await host.Client.GetAsync("/base" + Begin, cookie: null);

        Assert.Equal(
            "https://jobs.example.org/base/dashboard/sign-in/callback", QueryHelpers.ParseQuery(new Uri(answer.Header("Location")!).Query)["redirect_uri"]);
        Assert.Contains("; path=/base/dashboard/sign-in;", Cookie(answer, "ccjobs-sign-in"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://evil.example/")]
    [InlineData("//evil.example/")]
    [InlineData("/\\evil.example/")]
    [InlineData("/\t/evil.example/")]
    [InlineData("javascript:alert(1)")]
    public async Task Signing_in_leads_nowhere_but_to_this_server(string to)
    {
        await using var issuer = await Issuer.StartAsync();
        await using var host = await StartAsync(issuer);
        var (pending, asked) = await BeginAsync(host, to);

        using var answer = await host.Client.GetAsync(LocalPath(issuer.SignIn.Approve(asked)), pending);

        Assert.Contains("""content="0; url=/dashboard">""", await answer.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cookie_of_a_session_is_no_sign_in_and_the_other_way_round()
    {
        await using var issuer = await Issuer.StartAsync();
        await using var host = await StartAsync(issuer);
        var (pending, _) = await BeginAsync(host);

        using var answer = await host.Client.GetAsync("/dashboard/jobs", pending.Replace("ccjobs-sign-in", "ccjobs-session", StringComparison.Ordinal));

        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
    }

    [Fact]
    public async Task A_session_ends_with_its_token()
    {
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var issuer = await Issuer.StartAsync();
        issuer.SignIn.ChangeAccessToken = claims => claims["exp"] = clock.GetUtcNow().AddHours(1).ToUnixTimeSeconds();
        await using var host = await StartAsync(issuer, clock: clock);
        var (pending, asked) = await BeginAsync(host);
        using var signedIn = await host.Client.GetAsync(LocalPath(issuer.SignIn.Approve(asked)), pending);
        var session = Cookie(signedIn, "ccjobs-session").Split(';')[0];

        clock.Advance(TimeSpan.FromMinutes(59));
        using var before = await host.Client.GetAsync("/dashboard/jobs", session);
        clock.Advance(TimeSpan.FromMinutes(2));
        using var after = await host.Client.GetAsync("/dashboard/jobs", session);

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.SeeOther), (before.StatusCode, after.StatusCode));
    }

    [Theory]
    [InlineData(Begin, HttpStatusCode.SeeOther)]
    [InlineData("/dashboard/sign-in/callback?state=x&code=y", HttpStatusCode.BadRequest)]
    public async Task Tries_count_against_the_limit_of_the_address(string path, HttpStatusCode expected)
    {
        await using var issuer = await Issuer.StartAsync();
        await using var host = await StartAsync(issuer, [new("RateLimit:Enabled", "true"), new("RateLimit:OpenPerSecond", "1")]);
        var statuses = new List<HttpStatusCode>();
        while (!statuses.Contains(HttpStatusCode.TooManyRequests) && statuses.Count < 1_000)
        {
            using var answer = await host.Client.GetAsync(path, cookie: null);
            statuses.Add(answer.StatusCode);
        }

        Assert.Equal((expected, HttpStatusCode.TooManyRequests), (statuses[0], statuses[^1]));
    }

    [Fact]
    public async Task The_sign_in_page_leads_to_the_issuer()
    {
        await using var issuer = await Issuer.StartAsync();
        await using var host = await StartAsync(issuer);

        var page = await host.Client.GetStringAsync("/dashboard/sign-in?to=%2Fdashboard%2Fjobs%3Fa%3D1%26b%3D2", Cancellation);

        Assert.Contains(
            $"""href="/dashboard/sign-in/issuer?to=%2Fdashboard%2Fjobs%3Fa%3D1%26b%3D2">Sign in with {new Uri(issuer.Url).Authority}</a>""",
            page,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_client_there_is_nothing_of_it()
    {
        await using var issuer = await Issuer.StartAsync();
        await using var host = await DashboardHost.StartAsync([new("Auth:Authority", issuer.Url)]);

        var page = await host.Client.GetStringAsync("/dashboard/sign-in", Cancellation);
        using var begin = await host.Client.GetAsync(Begin, cookie: null);
        using var end = await host.Client.GetAsync("/dashboard/sign-in/callback", cookie: null);

        Assert.DoesNotContain("Sign in with", page, StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.NotFound), (begin.StatusCode, end.StatusCode));
    }

    [Theory]
    [InlineData("ClientId", "a b", "Dashboard:ClientId is 'a b'; it can be visible ASCII characters, as the issuer knows the dashboard.")]
    [InlineData("ClientId", "", "Dashboard:ClientId is ''; it can be visible ASCII characters, as the issuer knows the dashboard.")]
    [InlineData("ClientId", "jobs", "Dashboard:ClientId is set, but Auth:Authority is not; it can be the url of the issuer that people sign in at.")]
    [InlineData("ClientSecret", "two words", "Dashboard:ClientSecret is empty or has a character that can't be sent; it can have visible ASCII characters, no spaces.")]
    [InlineData("ClientSecret", "secret", "Dashboard:ClientId is not set, but Dashboard:ClientSecret or Dashboard:Scopes is; it can be the client that they belong to.")]
    [InlineData("Scopes:0", "a b", "Dashboard:Scopes has 'a b'; a scope can be visible ASCII characters, no spaces, such as cloud_controller.read.")]
    public async Task A_wrong_value_stops_the_start(string key, string value, string sentence)
    {
        var failure = await Assert.ThrowsAsync<OptionsValidationException>(() => DashboardHost.StartAsync([new($"Dashboard:{key}", value)]));

        Assert.Equal([sentence], failure.Failures);
    }
}
