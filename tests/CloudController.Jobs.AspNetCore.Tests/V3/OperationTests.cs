using System.Net;
using CloudController.Jobs.AspNetCore.Tests.Hosting;
using Microsoft.Extensions.Time.Testing;

namespace CloudController.Jobs.AspNetCore.Tests.V3;

/// <summary>Contract §5, <c>/v3/operations</c>: as queues.</summary>
public sealed class OperationTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 4, 12, 0, 0, TimeSpan.Zero);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_operation_counts_its_jobs_over_all_queues()
    {
        var clock = new FakeTimeProvider(Noon);
        await using var host = await JobsHost.StartAsync(clock: clock);
        await host.SubmitAsync(job => job with { Queue = "a" });
        await host.SubmitAsync(job => job with { Queue = "b" });
        clock.Advance(TimeSpan.FromSeconds(90));
        var path = $"/v3/operations/{StoredJobs.Operation}";

        var operation = await host.As(Tokens.AdminReadOnly).GetJsonAsync(path);

        Assert.Equal((StoredJobs.Operation, 2, 90), (
            operation.Text("name"),
            operation.GetProperty("counts").GetProperty("queued").GetInt32(),
            operation.GetProperty("oldest_waiting_seconds").GetInt32()));
        Assert.Equal(new Uri(host.Address, path).ToString(), operation.GetProperty("links").GetProperty("self").Text("href"));
    }

    [Fact]
    public async Task A_paused_operation_is_not_claimed_until_it_is_resumed_and_says_since_when_by_whom_and_why()
    {
        await using var host = await JobsHost.StartAsync(clock: new FakeTimeProvider(Noon));
        await host.SubmitAsync();
        var client = host.As(Tokens.Admin);
        var claim = new Jobs.Storage.ClaimRequest("test", [StoredJobs.Operation], null, 1, TimeSpan.FromMinutes(1));

        var paused = await client.PostAsync($"/v3/operations/{StoredJobs.Operation}/actions/pause", """{"reason":"far side is down"}""");

        Assert.Equal(
            """{"since":"2026-03-04T12:00:00Z","by":"admin","reason":"far side is down"}""",
            (await paused.JsonAsync()).GetProperty("paused").GetRawText());
        Assert.Empty((await host.Store.SettleAndClaimAsync([], claim, Cancellation)).Claimed);
        var listed = await client.GetJsonAsync("/v3/operations");
        Assert.Equal([StoredJobs.Operation], listed.GetProperty("resources").EnumerateArray().Select(operation => operation.Text("name")));

        var resumed = await client.ActAsync($"/v3/operations/{StoredJobs.Operation}/actions/resume");
        Assert.Equal("null", (await resumed.JsonAsync()).GetProperty("paused").GetRawText());
        Assert.Single((await host.Store.SettleAndClaimAsync([], claim, Cancellation)).Claimed);
    }

    [Fact]
    public async Task A_name_that_no_operation_can_have_is_not_found()
    {
        await using var host = await JobsHost.StartAsync();
        var client = host.As(Tokens.Admin);

        var answers = new[] { await client.GetAsync("/v3/operations/A", Cancellation), await client.ActAsync("/v3/operations/A/actions/pause") };
        foreach (var answer in answers)
            Assert.Equal("Operation not found", await answer.IsV3ErrorAsync(HttpStatusCode.NotFound, 10010, "CF-ResourceNotFound"));
    }

    [Fact]
    public async Task Operations_are_read_by_those_who_read_everything_and_paused_by_administrators()
    {
        await using var host = await JobsHost.StartAsync();

        foreach (var path in new[] { "/v3/operations", "/v3/operations/noop" })
            await (await host.As(Tokens.Writer).GetAsync(path, Cancellation)).IsV3ErrorAsync(HttpStatusCode.Forbidden, 10003, "CF-NotAuthorized");

        foreach (var action in new[] { "pause", "resume" })
        {
            var answer = await host.As(Tokens.AdminReadOnly).ActAsync($"/v3/operations/noop/actions/{action}");
            await answer.IsV3ErrorAsync(HttpStatusCode.Forbidden, 10003, "CF-NotAuthorized");
        }
    }
}
