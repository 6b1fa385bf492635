using System.Text.RegularExpressions;
using CloudController.Jobs.AspNetCore.Tests.Auth;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace CloudController.Jobs.Browser.Tests;

public sealed class DashboardTests(Chromium chromium) : IClassFixture<Chromium>
{
    private static readonly string[] Pages = ["", "/jobs", "/queues", "/operations", "/workers", "/errors"];

    [Fact]
    public async Task A_job_is_watched_from_submit_to_end()
    {
        await using var site = await Site.StartAsync();
        await using var tab = await Tab.OpenAsync(chromium, site);
        await tab.SignInAsync("/dashboard/jobs");
        await Expect(tab.Page.GetByText("There are no jobs yet.")).ToBeVisibleAsync();

        var job = await site.SubmitAsync();
        var run = await site.Stage.RunOf(job);
        await tab.Page.GetByRole(AriaRole.Link, new() { Name = $"{job}" }).ClickAsync();
        await Expect(State(tab)).ToHaveTextAsync("running");
        await tab.SuitsEveryoneAsync();

        run.ReportProgress(40, "Staging the droplet");
        run.Warn("The buildpack is deprecated.");
        run.WriteLog("fetched 3 layers");
        await Expect(tab.Page.Locator(".progress")).ToContainTextAsync("Staging the droplet");
        await Expect(tab.Page.Locator("[data-part=now]")).ToContainTextAsync("The buildpack is deprecated.");
        await Expect(tab.Page.Locator(".timeline")).ToContainTextAsync("fetched 3 layers");

        site.Stage.End(job, JobOutcome.Finished("""{"instances":2}"""u8.ToArray()));
        await Expect(State(tab)).ToHaveTextAsync("finished");
        await Expect(tab.Page.Locator("[data-part=result] pre")).ToContainTextAsync("\"instances\": 2");
        await Expect(tab.Page).ToHaveTitleAsync("app.deploy · finished · Jobs");
        await tab.SuitsEveryoneAsync();
        tab.HasNoTroubles();
    }

    [Fact]
    public async Task Whoever_the_issuer_lets_in_sees_the_overview()
    {
        await using var issuer = await Issuer.StartAsync("localhost"); // another site than the dashboard, as in earnest
        issuer.SignIn.ChangeAccessToken = claims => claims["exp"] = DateTimeOffset.UtcNow.AddHours(1).ToUnixTimeSeconds();
        issuer.SignIn.ChangeIdToken = issuer.SignIn.ChangeAccessToken;
        await using var site = await Site.StartAsync([new("Auth:Authority", issuer.Url), new("Dashboard:ClientId", IssuerSignIn.ClientId)]);
        await using var tab = await Tab.OpenAsync(chromium, site);

        await tab.GoToAsync("/dashboard");
        await tab.SuitsEveryoneAsync();
        await tab.Page.GetByRole(AriaRole.Link, new() { Name = $"Sign in with {new Uri(issuer.Url).Authority}" }).ClickAsync();
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Let me in" }).ClickAsync();

        await Expect(tab.Heading).ToHaveTextAsync("Overview");
        await Expect(tab.Page).ToHaveURLAsync($"{site.Address}/dashboard");
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await Expect(tab.Heading).ToHaveTextAsync("Sign in");
    }

    [Theory]
    [InlineData(ColorScheme.Light, 1280)]
    [InlineData(ColorScheme.Dark, 1280)]
    [InlineData(ColorScheme.Light, 360)]
    public async Task Every_page_suits_everyone(ColorScheme scheme, int width)
    {
        await using var site = await Site.StartAsync();
        await using var tab = await Tab.OpenAsync(chromium, site, options =>
        {
            options.ColorScheme = scheme;
            options.ViewportSize = new() { Width = width, Height = 800 };
        });
        var job = await Sample.FillAsync(site);

        await tab.GoToAsync("/dashboard");
        await tab.SuitsEveryoneAsync();
        await tab.SignInAsync();
        foreach (var page in Pages.Append($"/jobs/{job}"))
        {
            await tab.GoToAsync($"/dashboard{page}");
            await tab.SuitsEveryoneAsync();
        }

        tab.HasNoTroubles();
    }

    [Fact]
    public async Task Nothing_that_a_submitter_or_worker_writes_becomes_markup()
    {
        const string Evil = "\"'><script>alert(1)</script><img src=x onerror=alert(2)>&lt;{{7*7}}";
        await using var site = await Site.StartAsync();
        await using var tab = await Tab.OpenAsync(chromium, site);
        var job = await site.SubmitAsync(job => job with
        {
            Arguments = """{"text":"</pre><script>alert(3)</script>"}"""u8.ToArray(),
            Resource = new JobResource(Evil, Evil, "javascript:alert(4)"),
            Metadata = new JobMetadata([new("label", Evil)], [new("note", Evil)]),
            Owner = new JobOwner(Evil, Evil),
            Callback = new JobCallback("http://127.0.0.1:1/\"><script>alert(5)</script>", "http://127.0.0.1:1"),
        });
        var run = await site.Stage.RunOf(job);
        run.ReportProgress(10, Evil);
        run.Warn(Evil);
        run.WriteLog(Evil);
        await site.Store.PauseQueueAsync("stopped", new(DateTimeOffset.UnixEpoch, Evil, Evil), TestContext.Current.CancellationToken);
        await site.Store.SawWorkerAsync(
            new(Evil, new JobOwner(Evil, Evil), TimeSpan.FromMinutes(5)) { Serves = new([Evil], [Evil], Evil) }, TestContext.Current.CancellationToken);

        await tab.SignInAsync($"/dashboard/jobs/{job}");
        await Expect(tab.Page.Locator(".progress")).ToContainTextAsync(Evil);
        await Expect(tab.Page.Locator(".timeline")).ToContainTextAsync(Evil);
        site.Stage.End(job, JobOutcome.Failed("AppNotFound", Evil).Because(Evil).Final());
        await Expect(State(tab)).ToHaveTextAsync("failed");
        await Expect(tab.Page.Locator("[data-part=facts]")).ToContainTextAsync("http://127.0.0.1:1/\"><script>alert(5)</script>");
        await HoldsTextOnlyAsync(tab, Evil);

        foreach (var page in Pages)
        {
            await tab.GoToAsync($"/dashboard{page}");
            await HoldsTextOnlyAsync(tab, null);
        }

        await tab.GoToAsync($"/dashboard/jobs?operations={Uri.EscapeDataString(Evil)}&phases={Uri.EscapeDataString(Evil)}&said={Uri.EscapeDataString(Evil)}");
        await HoldsTextOnlyAsync(tab, null);
        tab.HasNoTroubles();
    }

    [Fact]
    public async Task The_keyboard_alone_is_enough_to_find_a_job_and_cancel_it()
    {
        await using var site = await Site.StartAsync();
        await using var tab = await Tab.OpenAsync(chromium, site);
        var job = await site.SubmitAsync();
        await site.Stage.RunOf(job);

        await tab.GoToAsync("/dashboard/jobs");
        await Expect(tab.Page.GetByLabel("Token")).ToBeFocusedAsync();
        await tab.Page.Keyboard.TypeAsync(Site.AdminToken);
        await tab.Page.Keyboard.PressAsync("Enter");
        await Expect(tab.Heading).ToHaveTextAsync("Jobs");

        await TabToAsync(tab, tab.Page.GetByLabel("Operation"));
        await tab.Page.Keyboard.TypeAsync(Scene.Operation);
        await tab.Page.Keyboard.PressAsync("Enter");
        await Expect(tab.Page).ToHaveURLAsync(new Regex($"operations={Regex.Escape(Scene.Operation)}"));
        await TabToAsync(tab, tab.Page.GetByRole(AriaRole.Link, new() { Name = $"{job}" }));
        await tab.Page.Keyboard.PressAsync("Enter");
        await Expect(State(tab)).ToHaveTextAsync("running");
        await TabToAsync(tab, tab.Page.GetByRole(AriaRole.Button, new() { Name = "Cancel job" }));
        await tab.Page.Keyboard.PressAsync("Enter");

        await Expect(tab.Page.GetByText("The job was told to stop.")).ToBeVisibleAsync();
        await Expect(State(tab)).ToHaveTextAsync("cancelled");
        tab.HasNoTroubles();
    }

    [Fact]
    public async Task A_queue_is_paused_with_a_reason_that_everyone_sees_and_resumed()
    {
        await using var site = await Site.StartAsync();
        await using var tab = await Tab.OpenAsync(chromium, site);
        await site.SubmitAsync(job => job with { Operation = "nobody.knows" });
        await tab.SignInAsync("/dashboard/queues");

        await tab.Page.GetByText("Pause…").ClickAsync();
        await tab.Page.GetByLabel("Why?").FillAsync("The database moves");
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Pause queue" }).ClickAsync();
        await Expect(tab.Page.Locator(".queues")).ToContainTextAsync("by alex: The database moves");
        await tab.GoToAsync("/dashboard");
        await Expect(tab.Page.GetByText("The database moves")).ToBeVisibleAsync();
        await tab.SuitsEveryoneAsync();

        await tab.GoToAsync("/dashboard/queues");
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Resume" }).And(tab.Page.Locator(".primary")).ClickAsync();
        await Expect(tab.Page.GetByText("Resumed.")).ToBeVisibleAsync();
        await Expect(tab.Page.GetByText("Pause…")).ToBeVisibleAsync();
        tab.HasNoTroubles();
    }

    [Fact]
    public async Task A_failed_job_is_run_again_and_an_ended_one_deleted()
    {
        await using var site = await Site.StartAsync();
        await using var tab = await Tab.OpenAsync(chromium, site);
        var job = await site.SubmitAsync();
        site.Stage.End(job, JobOutcome.Failed("AppNotFound", "web"));
        await tab.SignInAsync($"/dashboard/jobs/{job}");
        await Expect(State(tab)).ToHaveTextAsync("failed");

        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Run again" }).ClickAsync();
        site.Stage.End(job, JobOutcome.Finished(), run: 2);
        await Expect(State(tab)).ToHaveTextAsync("finished");
        await Expect(tab.Page.Locator(".timeline > li")).ToHaveCountAsync(2);

        await tab.Page.GetByText("Delete…").ClickAsync();
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Delete for good" }).ClickAsync();
        await Expect(tab.Page.GetByText("The job was deleted.")).ToBeVisibleAsync();
        await Expect(tab.Page.GetByText("There are no jobs yet.")).ToBeVisibleAsync();
        tab.HasNoTroubles();
    }

    [Fact]
    public async Task One_who_does_not_read_everything_sees_only_jobs_of_their_own()
    {
        await using var site = await Site.StartAsync();
        await using var tab = await Tab.OpenAsync(chromium, site);
        var own = await site.SubmitAsync();
        await site.Stage.RunOf(own);
        var other = await site.SubmitAsync(job => job with { Owner = new JobOwner("", "other"), Arguments = """{"secret":1}"""u8.ToArray() });
        await site.Stage.RunOf(other);

        await tab.SignInAsync("/dashboard", Site.WriterToken);
        await Expect(tab.Heading).ToHaveTextAsync("Jobs");
        await Expect(tab.Page.GetByRole(AriaRole.Link, new() { Name = $"{own}" })).ToBeVisibleAsync();
        Assert.DoesNotContain($"{other}", await tab.Page.ContentAsync(), StringComparison.Ordinal);
        await Expect(tab.Page.GetByRole(AriaRole.Link, new() { Name = "Queues" })).ToHaveCountAsync(0);

        await tab.GoToAsync($"/dashboard/jobs/{other}");
        await Expect(tab.Page.Locator("[data-part=now]")).ToContainTextAsync("PROCESSING");
        Assert.DoesNotContain("secret", await tab.Page.ContentAsync(), StringComparison.Ordinal);
        await Expect(tab.Page.GetByRole(AriaRole.Button, new() { Name = "Cancel job" })).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Without_JavaScript_everything_can_be_done()
    {
        await using var site = await Site.StartAsync();
        await using var tab = await Tab.OpenAsync(chromium, site, options => options.JavaScriptEnabled = false);
        var job = await site.SubmitAsync();
        await site.Stage.RunOf(job);

        await tab.SignInAsync($"/dashboard/jobs/{job}");
        await Expect(State(tab)).ToHaveTextAsync("running");
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Cancel job" }).ClickAsync();

        await Expect(tab.Page.GetByText("The job was told to stop.")).ToBeVisibleAsync();
        tab.HasNoTroubles();
    }

    [Fact]
    public async Task A_wrong_token_is_refused_and_signing_out_ends_the_session()
    {
        await using var site = await Site.StartAsync();
        await using var tab = await Tab.OpenAsync(chromium, site);
        await tab.GoToAsync("/dashboard/workers");
        await tab.Page.GetByLabel("Token").FillAsync("wrong");
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await Expect(tab.Page.GetByRole(AriaRole.Alert)).ToHaveTextAsync("This token isn't valid here.");
        await tab.SuitsEveryoneAsync();

        await tab.Page.GetByLabel("Token").FillAsync(Site.AdminToken);
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await Expect(tab.Heading).ToHaveTextAsync("Workers");
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();

        await Expect(tab.Heading).ToHaveTextAsync("Sign in");
        await tab.GoToAsync("/dashboard/workers");
        await Expect(tab.Heading).ToHaveTextAsync("Sign in");
    }

    [Fact]
    public async Task Updates_can_be_paused()
    {
        await using var site = await Site.StartAsync();
        await using var tab = await Tab.OpenAsync(chromium, site);
        await tab.SignInAsync("/dashboard/jobs");
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Pause updates" }).ClickAsync();
        var job = await site.SubmitAsync();
        await site.Stage.RunOf(job);

        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Resume updates" }).ClickAsync();

        await Expect(tab.Page.GetByRole(AriaRole.Link, new() { Name = $"{job}" })).ToBeVisibleAsync();
    }

    private static ILocator State(Tab tab) => tab.Page.Locator("[data-part=now] [role=status] .badge").First;

    private static async Task TabToAsync(Tab tab, ILocator target)
    {
        for (var presses = 0; presses < 40; presses++)
        {
            if (await target.EvaluateAsync<bool>("element => element === document.activeElement"))
                return;

            await tab.Page.Keyboard.PressAsync("Tab");
        }

        Assert.Fail("The keyboard does not reach it.");
    }

    private static async Task HoldsTextOnlyAsync(Tab tab, string? text)
    {
        if (text is not null)
            Assert.Contains(text, await tab.Page.Locator("main").InnerTextAsync(), StringComparison.Ordinal);

        // The page's own script is the only one, and no picture but the brand's is there.
        Assert.Equal(1, await tab.Page.Locator("script").CountAsync());
        Assert.Equal(1, await tab.Page.Locator("img").CountAsync());
        Assert.Equal(0, await tab.Page.Locator("[onerror], [onclick], a[href^='javascript:' i]").CountAsync());
    }
}
