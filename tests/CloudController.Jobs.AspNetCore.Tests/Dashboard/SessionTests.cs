using System.Globalization;
using System.Net;
using System.Text;
using CloudController.Jobs.AspNetCore.Tests.Hosting;
using CloudController.Jobs.Dashboard.Visits;
using CloudController.Jobs.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Time.Testing;

namespace CloudController.Jobs.AspNetCore.Tests.Dashboard;

/// <summary>Who gets in, for how long, and whose forms are taken.</summary>
public sealed class SessionTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Whoever_is_not_signed_in_is_led_to_the_sign_in_and_back()
    {
        await using var host = await DashboardHost.StartAsync();

        using var answer = await host.Client.GetAsync("/dashboard/jobs?phases=failed&queues=a", Cancellation);

        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        Assert.Equal("/dashboard/sign-in?to=%2Fdashboard%2Fjobs%3Fphases%3Dfailed%26queues%3Da", answer.Header("Location"));
    }

    [Theory]
    [InlineData("/dashboard/jobs?queues=a", "/dashboard/jobs?queues=a")]
    [InlineData("/jobs/01234567-89ab-7cde-8f01-23456789abcd", "/jobs/01234567-89ab-7cde-8f01-23456789abcd")]
    [InlineData("https://evil.example/", "/dashboard")]
    [InlineData("//evil.example/", "/dashboard")]
    [InlineData("/\\evil.example/", "/dashboard")]
    [InlineData("/\t/evil.example/", "/dashboard")]
    [InlineData("javascript:alert(1)", "/dashboard")]
    [InlineData("/ü", "/dashboard")]
    [InlineData("", "/dashboard")]
    public async Task Signing_in_leads_nowhere_but_to_this_server(string to, string expected)
    {
        await using var host = await DashboardHost.StartAsync();

        using var answer = await host.Client.PostAsync("/dashboard/sign-in", [new("token", Tokens.Admin), new("to", to)]);

        Assert.Equal(expected, answer.Header("Location"));
    }

    [Fact]
    public async Task The_cookie_can_be_read_by_no_script_and_is_sent_from_no_other_site()
    {
        await using var host = await DashboardHost.StartAsync();

        using var answer = await host.Client.PostAsync("/dashboard/sign-in", [new("token", Tokens.Admin)]);
        var cookie = answer.Header("Set-Cookie")!;

        Assert.Contains("; samesite=strict", cookie, StringComparison.Ordinal);
        Assert.Contains("; httponly", cookie, StringComparison.Ordinal);
        Assert.DoesNotContain("secure", cookie, StringComparison.Ordinal);
        Assert.DoesNotContain(Tokens.Admin, cookie, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Behind_a_trusted_proxy_with_https_the_cookie_is_secure()
    {
        await using var host = await DashboardHost.StartAsync([new("TrustedProxies:0", "127.0.0.1")]);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/dashboard/sign-in") { Content = new FormUrlEncodedContent([new("token", Tokens.Admin)]) };
        request.Headers.Add("X-Forwarded-Proto", "https");

        using var answer = await host.Client.SendAsync(request, Cancellation);

        Assert.Contains("; secure", answer.Header("Set-Cookie"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_token_is_refused_and_counts_against_the_limit_of_the_address()
    {
        await using var host = await DashboardHost.StartAsync(
            [new("RateLimit:Enabled", "true"), new("RateLimit:OpenPerSecond", "1")], new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(60)));
        var statuses = new List<HttpStatusCode>();
        while (!statuses.Contains(HttpStatusCode.TooManyRequests) && statuses.Count < 1_000)
        {
            using var answer = await host.Client.PostAsync("/dashboard/sign-in", [new("token", "wrong")]);
            Assert.Null(answer.Header("Set-Cookie"));
            statuses.Add(answer.StatusCode);
        }

        Assert.Equal(HttpStatusCode.Unauthorized, statuses[0]);
        Assert.Contains(HttpStatusCode.TooManyRequests, statuses);
    }

    [Theory]
    [InlineData("/dashboard/sign-in", HttpStatusCode.OK)]
    [InlineData("/dashboard/jobs", HttpStatusCode.SeeOther)]
    public async Task What_needs_no_session_counts_against_the_limit_of_the_address(string path, HttpStatusCode expected)
    {
        await using var host = await DashboardHost.StartAsync(
            [new("RateLimit:Enabled", "true"), new("RateLimit:OpenPerSecond", "1")], new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(60)));
        var statuses = new List<HttpStatusCode>();
        while (!statuses.Contains(HttpStatusCode.TooManyRequests) && statuses.Count < 1_000)
        {
            using var answer = await host.Client.GetAsync(path, cookie: null);
            statuses.Add(answer.StatusCode);
            if (answer.StatusCode == HttpStatusCode.TooManyRequests)
            {
                Assert.Equal("text/html", answer.Content.Headers.ContentType?.MediaType);
                Assert.Contains("default-src 'none'", answer.Header("Content-Security-Policy"), StringComparison.Ordinal);
                Assert.InRange(int.Parse(answer.Header("Retry-After")!, CultureInfo.InvariantCulture), 1, 60);
            }
        }

        Assert.Equal(expected, statuses[0]);
        Assert.Contains(HttpStatusCode.TooManyRequests, statuses);
    }

    [Theory]
    [InlineData("multipart/form-data", "x")]
    [InlineData("multipart/form-data; boundary=b", "--b\r\n")]
    [InlineData("application/x-www-form-urlencoded", "a=&a=&a=&a=&a=&a=&a=&a=&a=&a=&a=&a=&a=&a=&a=&a=&a=")]
    [InlineData("application/json", "{}")]
    [InlineData(";", "token=x")]
    public async Task What_is_no_form_of_ours_is_refused(string contentType, string body)
    {
        await using var host = await DashboardHost.StartAsync();
        var cookie = await host.SignInAsync(Tokens.Admin);

        foreach (var path in (string[])["/dashboard/sign-in", "/dashboard/sign-out"])
        {
            using var answer = await PostRawAsync(host, path, contentType, body, cookie);

            Assert.Equal((path, HttpStatusCode.BadRequest), (path, answer.StatusCode));
            Assert.Equal("text/html", answer.Content.Headers.ContentType?.MediaType);
        }
    }

    [Theory]
    [InlineData("/dashboard/sign-in")]
    [InlineData("/dashboard/sign-out")]
    public async Task A_form_larger_than_any_of_ours_is_not_read(string path)
    {
        await using var host = await DashboardHost.StartAsync();
        var cookie = await host.SignInAsync(Tokens.Admin);

        using var answer = await PostRawAsync(
            host, path, "application/x-www-form-urlencoded", $"token={new string('x', PostedForm.MaxBytes)}", cookie);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
    }

    [Fact]
    public async Task A_session_ends_after_twelve_hours()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(60));
        await using var host = await DashboardHost.StartAsync(clock: clock);
        var cookie = await host.SignInAsync(Tokens.Admin);

        clock.Advance(TimeSpan.FromHours(12) - TimeSpan.FromSeconds(1));
        using var before = await host.Client.GetAsync("/dashboard/jobs", cookie);
        clock.Advance(TimeSpan.FromSeconds(1));
        using var after = await host.Client.GetAsync("/dashboard/jobs", cookie);

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.SeeOther), (before.StatusCode, after.StatusCode));
    }

    [Theory]
    [InlineData("ccjobs-session=AAAA")]
    [InlineData("ccjobs-session=not base64!")]
    [InlineData("ccjobs-session=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("ccjobs-session=")]
    [InlineData("ccjobs-session=chunks-9")]
    public async Task A_made_up_cookie_is_none(string cookie)
    {
        await using var host = await DashboardHost.StartAsync();

        using var answer = await host.Client.GetAsync("/dashboard/jobs", cookie);

        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
    }

    [Fact]
    public async Task A_cookie_of_another_store_is_none()
    {
        await using var host = await DashboardHost.StartAsync();
        await using var other = await DashboardHost.StartAsync();

        using var answer = await host.Client.GetAsync("/dashboard/jobs", await other.SignInAsync(Tokens.Admin));

        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
    }

    [Fact]
    public async Task A_form_without_the_sessions_own_token_does_nothing()
    {
        await using var host = await DashboardHost.StartAsync();
        var cookie = await host.SignInAsync(Tokens.Admin);
        var another = await host.FormTokenAsync(await host.SignInAsync(Tokens.Writer));

        using var without = await host.Client.PostAsync("/dashboard/queues/default/pause", [new("reason", "x")], cookie);
        using var foreign = await host.Client.PostAsync("/dashboard/queues/default/pause", [new("_form", another)], cookie);

        Assert.Equal((HttpStatusCode.BadRequest, HttpStatusCode.BadRequest), (without.StatusCode, foreign.StatusCode));
        Assert.Null((await host.Store.FindQueueAsync("default", Cancellation)).Pause);
    }

    [Theory]
    [InlineData("https://evil.example", HttpStatusCode.BadRequest)]
    [InlineData("null", HttpStatusCode.BadRequest)]
    [InlineData(null, HttpStatusCode.SeeOther)]
    public async Task A_form_of_another_site_does_nothing(string? origin, HttpStatusCode expected)
    {
        await using var host = await DashboardHost.StartAsync();
        var cookie = await host.SignInAsync(Tokens.Admin);
        var form = await host.FormTokenAsync(cookie);

        using var answer = await host.Client.PostAsync("/dashboard/queues/default/pause", [new("_form", form)], cookie, origin);

        Assert.Equal(expected, answer.StatusCode);
    }

    [Fact]
    public async Task A_form_of_this_site_says_who_did_it()
    {
        await using var host = await DashboardHost.StartAsync();
        var cookie = await host.SignInAsync(Tokens.Admin);
        var form = await host.FormTokenAsync(cookie);

        using var answer = await host.Client.PostAsync(
            "/dashboard/queues/default/pause", [new("_form", form), new("reason", " Why not ")], cookie, host.Address.GetLeftPart(UriPartial.Authority));

        Assert.Equal("/dashboard/queues?said=paused", answer.Header("Location"));
        var pause = (await host.Store.FindQueueAsync("default", Cancellation)).Pause!;
        Assert.Equal((Tokens.Admin, "Why not"), (pause.By, pause.Reason));
    }

    [Fact]
    public async Task A_queues_limits_are_set_shown_and_lifted_by_their_form()
    {
        await using var host = await DashboardHost.StartAsync();
        var cookie = await host.SignInAsync(Tokens.Admin);
        var form = await host.FormTokenAsync(cookie);
        var origin = host.Address.GetLeftPart(UriPartial.Authority);

        using var set = await host.Client.PostAsync(
            "/dashboard/queues/default/limits",
            [new("_form", form), new("concurrency", "5"), new("count", "100"), new("seconds", "60")],
            cookie,
            origin);
        Assert.Equal("/dashboard/queues?said=limited", set.Header("Location"));
        var limits = (await host.Store.FindQueueAsync("default", Cancellation)).Limits!;
        Assert.Equal((5, new QueueRate(100, 60), Tokens.Admin), (limits.Concurrency, limits.Rate, limits.ChangedBy));
        using var page = await host.Client.GetAsync("/dashboard/queues", cookie);
        Assert.Contains("at most 5 at once, 100 started within 60 s", await page.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);

        using var half = await host.Client.PostAsync(
            "/dashboard/queues/default/limits", [new("_form", form), new("count", "100")], cookie, origin);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, half.StatusCode);
        Assert.Equal(5, (await host.Store.FindQueueAsync("default", Cancellation)).Limits!.Concurrency);

        using var lifted = await host.Client.PostAsync("/dashboard/queues/default/limits", [new("_form", form)], cookie, origin);
        Assert.Equal(HttpStatusCode.SeeOther, lifted.StatusCode);
        limits = (await host.Store.FindQueueAsync("default", Cancellation)).Limits!;
        Assert.Equal((null, null), (limits.Concurrency, limits.Rate));
    }

    [Theory]
    [InlineData(Tokens.Reader, "/dashboard/queues", HttpStatusCode.Forbidden)]
    [InlineData(Tokens.Reader, "/dashboard/operations", HttpStatusCode.Forbidden)]
    [InlineData(Tokens.Reader, "/dashboard/workers", HttpStatusCode.Forbidden)]
    [InlineData(Tokens.Reader, "/dashboard/jobs", HttpStatusCode.OK)]
    [InlineData(Tokens.Nobody, "/dashboard/jobs", HttpStatusCode.Forbidden)]
    [InlineData(Tokens.Auditor, "/dashboard/queues", HttpStatusCode.OK)]
    [InlineData(Tokens.AdminReadOnly, "/dashboard/workers", HttpStatusCode.OK)]
    [InlineData(Tokens.Admin, "/dashboard/jobs/unknown", HttpStatusCode.NotFound)]
    public async Task Scopes_decide_what_is_seen(string token, string path, HttpStatusCode expected)
    {
        await using var host = await DashboardHost.StartAsync();

        using var answer = await host.Client.GetAsync(path, await host.SignInAsync(token));

        Assert.Equal(expected, answer.StatusCode);
        Assert.Equal("no-store", answer.Header("Cache-Control"));
    }

    [Theory]
    [InlineData(Tokens.Auditor, "/dashboard/queues/default/pause")]
    [InlineData(Tokens.AdminReadOnly, "/dashboard/operations/app.delete/pause")]
    [InlineData(Tokens.Reader, "/dashboard/jobs/{0}/cancel")]
    [InlineData(Tokens.OtherWriter, "/dashboard/jobs/{0}/cancel")]
    [InlineData(Tokens.OtherWriter, "/dashboard/jobs/{0}/delete")]
    public async Task Scopes_decide_what_is_done(string token, string path)
    {
        await using var host = await DashboardHost.StartAsync();
        var job = await host.SubmitAsync();
        var cookie = await host.SignInAsync(token);
        var form = await host.FormTokenAsync(cookie);

        using var answer = await host.Client.PostAsync(string.Format(null, path, job.Guid), [new("_form", form)], cookie);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Equal(JobPhase.Queued, (await host.Store.FindStatusAsync(job.Guid, Cancellation))!.Value.Phase);
    }

    [Fact]
    public async Task An_app_can_have_it_anywhere()
    {
        await using var host = await DashboardHost.StartAsync(path: "/ops/jobs", pipeline: app => app.UsePathBase("/base").UseRouting());

        var cookie = await host.SignInAsync(Tokens.Admin, "/base/ops/jobs");
        using var answer = await host.Client.GetAsync("/base/ops/jobs/queues", cookie);
        var page = await answer.Content.ReadAsStringAsync(Cancellation);

        Assert.Contains("href=\"/base/ops/jobs/jobs\"", page, StringComparison.Ordinal);
        Assert.Contains("src=\"/base/ops/jobs/assets/dashboard.js", page, StringComparison.Ordinal);
        Assert.DoesNotContain("/dashboard/", page.Replace("assets/dashboard", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bad_search_is_explained()
    {
        await using var host = await DashboardHost.StartAsync();

        using var answer = await host.Client.GetAsync("/dashboard/jobs?label_selector=%3D%3D&page=x", await host.SignInAsync(Tokens.Admin));
        var page = await answer.Content.ReadAsStringAsync(Cancellation);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains("Invalid label_selector value", page, StringComparison.Ordinal);
        Assert.Contains("Page must be a positive integer", page, StringComparison.Ordinal);
    }

    private static Task<HttpResponseMessage> PostRawAsync(JobsHost host, string path, string contentType, string body, string cookie)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        request.Headers.Add("Cookie", cookie);
        return host.Client.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
