using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace CloudController.Jobs.Browser.Tests;

public sealed class LivePageTests(Chromium chromium) : IClassFixture<Chromium>
{
    [Fact]
    public async Task A_job_is_watched_from_submit_to_end_by_its_link()
    {
        await using var site = await Site.StartAsync();
        await using var tab = await Tab.OpenAsync(chromium, site, AsPhone);
        await site.Store.PauseQueueAsync("default", new(DateTimeOffset.UnixEpoch, "alex", null), TestContext.Current.CancellationToken);
        var job = await site.SubmitAsync();

        await tab.GoToAsync($"/jobs/{job}");
        await Expect(tab.Heading).ToHaveTextAsync("Queued");
        await tab.SuitsEveryoneAsync();

        await site.Store.ResumeQueueAsync("default", TestContext.Current.CancellationToken);
        await Expect(tab.Heading).ToHaveTextAsync("Running");
        await tab.SuitsEveryoneAsync();

        site.Stage.End(job, JobOutcome.Failed("AppNotFound", "<b onclick=alert(1)>web</b>"));
        await Expect(tab.Heading).ToHaveTextAsync("Failed");
        await Expect(tab.Page.Locator(".fault")).ToContainTextAsync("<b onclick=alert(1)>web</b>");
        await Expect(tab.Page.Locator("footer")).ToHaveTextAsync("The job has ended.");
        await Expect(tab.Page).ToHaveTitleAsync("Failed · job");
        await tab.SuitsEveryoneAsync();
        tab.HasNoTroubles();
    }

    [Fact]
    public async Task Without_JavaScript_the_page_reloads_until_the_job_has_ended()
    {
        await using var site = await Site.StartAsync();
        await using var tab = await Tab.OpenAsync(chromium, site, options => options.JavaScriptEnabled = false);
        var job = await site.SubmitAsync();
        await site.Stage.RunOf(job);

        await tab.GoToAsync($"/jobs/{job}");
        await Expect(tab.Heading).ToHaveTextAsync("Running");
        site.Stage.End(job, JobOutcome.Finished());

        await Expect(tab.Heading).ToHaveTextAsync("Finished");
        tab.HasNoTroubles();
    }

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task It_suits_everyone_light_and_dark(ColorScheme scheme)
    {
        await using var site = await Site.StartAsync();
        await using var tab = await Tab.OpenAsync(chromium, site, options => options.ColorScheme = scheme);
        var failed = await site.SubmitAsync();
        site.Stage.End(failed, JobOutcome.Failed("AppNotFound", "web"));
        var finished = await site.SubmitAsync();
        site.Stage.End(finished, JobOutcome.Finished());

        foreach (var (job, state) in new[] { ($"{failed}", "Failed"), ($"{finished}", "Finished"), ("unknown", "Nothing is known of this job") })
        {
            await tab.GoToAsync($"/jobs/{job}");
            await Expect(tab.Heading).ToHaveTextAsync(state);
            await tab.SuitsEveryoneAsync();
        }

        tab.HasNoTroubles();
    }

    [Fact]
    public async Task Where_v2_needs_a_token_the_page_leads_to_the_sign_in_and_back()
    {
        await using var site = await Site.StartAsync([new("Jobs:V2Authentication", "required")]);
        await using var tab = await Tab.OpenAsync(chromium, site);
        var job = await site.SubmitAsync();
        await site.Stage.RunOf(job);

        await tab.GoToAsync($"/jobs/{job}");
        await tab.Page.GetByLabel("Token").FillAsync(Site.WriterToken);
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();

        await Expect(tab.Heading).ToHaveTextAsync("Running");
        site.Stage.End(job, JobOutcome.Finished());
        await Expect(tab.Heading).ToHaveTextAsync("Finished");
        tab.HasNoTroubles();
    }

    private static void AsPhone(BrowserNewContextOptions options)
    {
        options.ViewportSize = new() { Width = 360, Height = 740 };
        options.IsMobile = true;
        options.HasTouch = true;
    }
}
