using System.Net;
using CloudController.Jobs.AspNetCore.Tests.Auth;
using CloudController.Jobs.AspNetCore.Tests.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace CloudController.Jobs.AspNetCore.Tests.Dashboard;

/// <summary>Signing in at the issuer's own page: OpenID Connect's authorization code flow with PKCE.</summary>
public sealed class IssuerSignInTests
{
    private const string Begin = "/dashboard/sign-in/issuer";

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
    public async Task A_cookie_of_a_session_is_no_sign_in_and_the_other_way_round()
    {
        await using var issuer = await Issuer.StartAsync();
        await using var host = await StartAsync(issuer);
        var (pending, _) = await BeginAsync(host);

        using var answer = await host.Client.GetAsync("/dashboard/jobs", pending.Replace("ccjobs-sign-in", "ccjobs-session", StringComparison.Ordinal));

        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
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

    // A clock that stands still: tokens are good for a minute, which a busy machine may take.
    private static Task<JobsHost> StartAsync(
        Issuer issuer, IEnumerable<KeyValuePair<string, string?>>? settings = null, TimeProvider? clock = null, Action<WebApplication>? pipeline = null) =>
        DashboardHost.StartAsync(
            [new("Auth:Authority", issuer.Url), new("Dashboard:ClientId", IssuerSignIn.ClientId), .. settings ?? []],
            clock ?? new FakeTimeProvider(TimeProvider.System.GetUtcNow()),
            pipeline: pipeline);

    /// <summary>Begins a sign-in.</summary>
    /// <returns>The browser's cookie, and where it was led.</returns>
    private static async Task<(string Pending, string Asked)> BeginAsync(JobsHost host, string to = "/dashboard")
    {
        using var answer = await host.Client.GetAsync(QueryHelpers.AddQueryString(Begin, "to", to), cookie: null);
        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        return (Cookie(answer, "ccjobs-sign-in").Split(';')[0], answer.Header("Location")!);
    }

    private static string Cookie(HttpResponseMessage answer, string name) =>
        Assert.Single(answer.Headers.GetValues("Set-Cookie"), cookie => cookie.StartsWith(name + "=", StringComparison.Ordinal));

    private static string LocalPath(string address) => new Uri(address).PathAndQuery;

    private static async Task IsRefusedAsync(HttpResponseMessage answer, HttpStatusCode status, string sentence)
    {
        Assert.Equal(status, answer.StatusCode);
        Assert.Equal(("text/html", "no-store"), (answer.Content.Headers.ContentType?.MediaType, answer.Header("Cache-Control")));
        Assert.Contains(sentence, await answer.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        Assert.DoesNotContain("ccjobs-session", string.Join(' ', answer.Headers.NonValidated.SelectMany(header => header.Value)), StringComparison.Ordinal);
    }
}
