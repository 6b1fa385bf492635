using System.Net;
using System.Text;
using CloudController.Jobs.AspNetCore.Tests.Hosting;
using CloudController.Jobs.Dashboard.Charts;
using CloudController.Jobs.Dashboard.Showing;
using CloudController.Jobs.Storage;

namespace CloudController.Jobs.AspNetCore.Tests.Dashboard;

/// <summary>How pages show what they show.</summary>
public sealed class ShowingTests
{
    private static readonly DateTimeOffset Noon = new(2026, 7, 1, 12, 0, 0, TimeSpan.Zero);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("""{"a":[1,{"b":"x,{y}:\"z\""}],"e":{},"f":[]}""", "{\n  \"a\": [\n    1,\n    {\n      \"b\": \"x,{y}:\\\"z\\\"\"\n    }\n  ],\n  \"e\": {},\n  \"f\": []\n}")]
    [InlineData("\"\\u0000\\ud800\"", "\"\\u0000\\ud800\"")]
    [InlineData("1.50e1", "1.50e1")]
    [InlineData("null", "null")]
    public void Json_gets_line_breaks_and_stays_as_it_was_sent(string json, string expected) =>
        Assert.Equal(expected, IndentedJson.Of(Encoding.UTF8.GetBytes(json)));

    [Fact]
    public void Minutes_add_up_to_steps_of_which_the_last_has_now_in_it()
    {
        var span = ActivitySpan.Of("6h");
        var now = Noon.AddMinutes(3);

        var steps = span.Add([Minute(Noon.AddMinutes(-1), 1), Minute(Noon, 2), Minute(Noon.AddMinutes(2), 4), Minute(Noon.AddMinutes(5), 8)], now);

        Assert.Equal((72, Noon, 6, 1), (steps.Count, steps[^1].Minute, steps[^1].Finished, steps[^2].Finished));
        Assert.Equal(Noon.AddMinutes(-71 * 5), steps[0].Minute);
    }

    [Theory]
    [InlineData(999, "999 ms")]
    [InlineData(9_949, "9.9 s")]
    [InlineData(59_999, "59 s")]
    [InlineData(60_000, "1 min")]
    [InlineData(3_599_000, "59 min 59 s")]
    [InlineData(5_400_000, "1 h 30 min")]
    [InlineData(180_000_000, "2 d 2 h")]
    public void A_duration_is_shown_in_its_two_largest_units(long milliseconds, string expected) =>
        Assert.Equal(expected, Show.Span(TimeSpan.FromMilliseconds(milliseconds)));

    [Fact]
    public async Task The_overview_says_what_stands_still_and_what_happened()
    {
        await using var host = await DashboardHost.StartAsync();
        await host.SubmitAsync();
        await host.Store.PauseQueueAsync("default", new QueuePause(host.Clock.GetUtcNow(), "sam", "The broker moves"), Cancellation);
        await host.Store.AddActivityAsync([Minute(host.Clock.GetUtcNow().AddMinutes(-2), 1_234)], Cancellation);

        using var answer = await host.Client.GetAsync("/dashboard/", await host.SignInAsync(Tokens.Auditor));
        var page = await answer.Content.ReadAsStringAsync(Cancellation);

        Assert.Contains("<bdi>sam</bdi></strong>: <q>The broker moves</q>", page, StringComparison.Ordinal);
        Assert.Contains("Jobs finished: 1\u202f234 in all.", WebUtility.HtmlDecode(page), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_jobs_page_says_why_it_waits()
    {
        await using var host = await DashboardHost.StartAsync();
        var job = await host.SubmitAsync();
        await host.Store.PauseQueueAsync("default", new QueuePause(host.Clock.GetUtcNow(), "sam", "The broker moves"), Cancellation);

        using var all = await host.Client.GetAsync($"/dashboard/jobs/{job.Guid}", await host.SignInAsync(Tokens.Auditor));
        using var own = await host.Client.GetAsync($"/dashboard/jobs/{job.Guid}", await host.SignInAsync(Tokens.Writer));

        Assert.Contains("The broker moves", await all.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        Assert.DoesNotContain("The broker moves", await own.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_administrators_see_what_really_happened()
    {
        await using var host = await DashboardHost.StartAsync();
        var job = await host.SubmitAsync();
        await host.EndAsync(await host.ClaimAsync(), new RunEnd.Failed([JobError.Unknown]) { Final = true }, exception: "the secret stack");

        using var admin = await host.Client.GetAsync("/dashboard/errors", await host.SignInAsync(Tokens.Admin));
        using var adminJob = await host.Client.GetAsync($"/dashboard/jobs/{job.Guid}", await host.SignInAsync(Tokens.Admin));
        using var auditor = await host.Client.GetAsync("/dashboard/errors", await host.SignInAsync(Tokens.Auditor));
        using var auditorJob = await host.Client.GetAsync($"/dashboard/jobs/{job.Guid}", await host.SignInAsync(Tokens.Auditor));

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Forbidden), (admin.StatusCode, auditor.StatusCode));
        Assert.Contains("the secret stack", await adminJob.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        Assert.DoesNotContain("the secret stack", await auditorJob.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
    }

    private static ActivityMinute Minute(DateTimeOffset at, long finished) => new(
        new DateTimeOffset(at.Ticks - (at.Ticks % TimeSpan.TicksPerMinute), TimeSpan.Zero), finished, 0, finished, TimeSpan.Zero, TimeSpan.Zero);
}
