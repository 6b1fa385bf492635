using System.Net;
using System.Text.Json;
using CloudController.Jobs.AspNetCore.Tests.Hosting;
using CloudController.Jobs.Storage;
using Microsoft.Extensions.Time.Testing;

namespace CloudController.Jobs.AspNetCore.Tests.V3;

/// <summary>Contract §8: <c>GET /v3/jobs/:guid/explain</c>.</summary>
public sealed class ExplainTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Noon = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly JobError Error = new(100004, "CF-AppNotFound", "The app could not be found: x.");

    private readonly FakeTimeProvider clock = new(Noon);
    private JobsHost? started;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private JobsHost Host => started!;

    public async ValueTask InitializeAsync() => started = await JobsHost.StartAsync(clock: clock);

    public ValueTask DisposeAsync() => Host.DisposeAsync();

    [Fact]
    public async Task A_job_that_nobody_knows_how_to_do_says_so()
    {
        var job = await Host.SubmitAsync();

        Assert.Equal(
            ["no_worker_for_operation: No live worker knows the operation app.delete."],
            await CausesAsync(job.Guid));
    }

    [Fact]
    public async Task A_job_in_a_queue_that_nobody_serves_says_so()
    {
        await Host.SawWorkerAsync("w", ["other"], StoredJobs.Operation);
        var job = await Host.SubmitAsync(job => job with { Queue = "q" });

        Assert.Equal(
            ["no_worker_for_queue: No live worker that knows the operation app.delete serves the queue q."],
            await CausesAsync(job.Guid));
    }

    [Fact]
    public async Task A_job_that_its_queue_s_limits_hold_back_says_so()
    {
        await Host.SawWorkerAsync("test", null, StoredJobs.Operation);
        await Host.Store.LimitQueueAsync(
            "default",
            new QueueLimitsChange(Noon, "admin") { ChangesConcurrency = true, Concurrency = 2, ChangesRate = true, Rate = new QueueRate(2, 60) },
            Cancellation);
        for (var running = 0; running < 2; running++)
        {
            await Host.SubmitAsync();
            await Host.ClaimAsync();
        }

        var job = await Host.SubmitAsync();

        Assert.Equal(
            [
                "queue_concurrency_limit: Its queue default lets 2 jobs run at once, and 2 do.",
                "queue_rate_limit: Its queue default lets 2 jobs start in any 60 seconds; the next one may start at 2026-06-01T12:01:00Z.",
            ],
            await CausesAsync(job.Guid));

        clock.Advance(TimeSpan.FromSeconds(60));
        await Host.Store.LimitQueueAsync("default", new QueueLimitsChange(Noon, "admin") { ChangesConcurrency = true, Concurrency = 3 }, Cancellation);
        Assert.StartsWith("next_in_line: ", Assert.Single(await CausesAsync(job.Guid)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_job_in_a_line_says_how_many_come_before_it_and_who_could_take_it()
    {
        await Host.SawWorkerAsync("test", null, StoredJobs.Operation);
        await Host.SubmitAsync();
        await Host.ClaimAsync();
        var first = await Host.SubmitAsync();
        var second = await Host.SubmitAsync();
        var third = await Host.SubmitAsync();

        Assert.Equal(
            ["next_in_line: It is the next of its queue: a worker takes it once one is free. The one live worker that can take it runs 1 job now."],
            await CausesAsync(first.Guid));
        Assert.StartsWith("jobs_ahead: 1 job of its queue comes before it.", Assert.Single(await CausesAsync(second.Guid)), StringComparison.Ordinal);

        await Host.SawWorkerAsync("second", ["default"], StoredJobs.Operation);
        Assert.Equal(
            ["jobs_ahead: 2 jobs of its queue come before it. The 2 live workers that can take it run 1 job now."],
            await CausesAsync(third.Guid));
    }

    [Fact]
    public async Task Who_paused_and_why_is_told_to_those_who_read_everything()
    {
        await Host.SawWorkerAsync("w", null, StoredJobs.Operation);
        var job = await Host.SubmitAsync();
        await Host.As(Tokens.Admin).PostAsync("/v3/queues/default/actions/pause", """{"reason":"far side is down."}""");
        await Host.As(Tokens.Admin).ActAsync($"/v3/operations/{StoredJobs.Operation}/actions/pause");

        Assert.Equal(
            [
                "queue_paused: Its queue default is paused since 2026-06-01T12:00:00Z.",
                "operation_paused: Its operation app.delete is paused since 2026-06-01T12:00:00Z.",
            ],
            await CausesAsync(job.Guid));
        foreach (var token in new[] { Tokens.Auditor, Tokens.AdminReadOnly, Tokens.Admin })
        {
            Assert.Equal(
                [
                    "queue_paused: Its queue default is paused since 2026-06-01T12:00:00Z by admin: far side is down.",
                    "operation_paused: Its operation app.delete is paused since 2026-06-01T12:00:00Z by admin.",
                ],
                await CausesAsync(job.Guid, token));
        }
    }

    [Fact]
    public async Task A_job_that_waits_for_its_time_says_until_when_and_what_else_will_hold_it_up()
    {
        var job = await Host.SubmitAsync(job => job with { RunAt = Noon.AddHours(1), ExpiresAt = Noon.AddHours(2) });

        Assert.Equal(
            [
                "scheduled: It waits for its time, 2026-06-01T13:00:00Z.",
                "no_worker_for_operation: No live worker knows the operation app.delete.",
                "expires: If it has not started by 2026-06-01T14:00:00Z, it expires.",
            ],
            await CausesAsync(job.Guid));
    }

    [Fact]
    public async Task A_job_whose_attempt_failed_says_with_what_and_when_it_is_tried_again()
    {
        await Host.SawWorkerAsync("w", null, StoredJobs.Operation);
        var job = await Host.RunAsync(
            new RunEnd.Failed([Error]) { RetryAt = Noon.AddMinutes(5) }, job => job with { MaxAttempts = 3 });

        Assert.Equal(
            [
                "retry_due: Attempt 1 of 3 failed with CF-AppNotFound: The app could not be found: x; the next one is due at 2026-06-01T12:05:00Z.",
            ],
            await CausesAsync(job.Guid));
    }

    [Fact]
    public async Task A_job_given_back_or_lost_says_so()
    {
        await Host.SawWorkerAsync("w", null, StoredJobs.Operation);
        var released = await Host.RunAsync(new RunEnd.Released(TimeSpan.FromMinutes(5)));
        Assert.Equal(["released: A worker gave it back; it may run again at 2026-06-01T12:05:00Z."], await CausesAsync(released.Guid));

        var lost = await Host.RunAsync(new RunEnd.Lost(Counts: true));
        Assert.Equal(["next_in_line", "worker_lost"], await CodesAsync(lost.Guid));
    }

    [Fact]
    public async Task A_running_job_says_who_has_it_and_when_that_was_last_heard_of()
    {
        var job = await Host.SubmitAsync();
        var run = await Host.ClaimAsync();
        clock.Advance(TimeSpan.FromSeconds(20));
        await Host.ReportAsync(run);
        clock.Advance(TimeSpan.FromSeconds(3));

        const string Since = "running: Attempt 1 of 1 runs since 2026-06-01T12:00:00Z, leased by";
        Assert.Equal([$"{Since} a worker, last heartbeat 3 s ago."], await CausesAsync(job.Guid));
        Assert.Equal([$"{Since} test, last heartbeat 3 s ago."], await CausesAsync(job.Guid, Tokens.Auditor));

        await Host.As(Tokens.Writer).ActAsync($"/v3/jobs/{job.Guid}/actions/cancel");
        Assert.Equal(
            "cancel_requested: It was asked at 2026-06-01T12:00:23Z to stop, and has until 2026-06-01T12:01:23Z to do so.",
            (await CausesAsync(job.Guid))[0]);
    }

    [Fact]
    public async Task A_job_that_polls_says_when_it_looks_again()
    {
        var job = await Host.RunAsync(new RunEnd.Polled(TimeSpan.FromSeconds(90)));

        Assert.Equal(["polling", "no_worker_for_operation"], await CodesAsync(job.Guid));
        Assert.Equal(
            "polling: It waits for something outside and looks again at 2026-06-01T12:01:30Z.", (await CausesAsync(job.Guid))[0]);

        clock.Advance(TimeSpan.FromSeconds(90));
        await Host.Store.PromoteDueAsync(10, Cancellation);
        Assert.Equal(["poll_due", "no_worker_for_operation"], await CodesAsync(job.Guid));
    }

    [Fact]
    public async Task A_job_that_has_ended_says_how()
    {
        var finished = await Host.RunAsync(new RunEnd.Finished());
        var failed = await Host.RunAsync(new RunEnd.Failed([Error]));
        var cancelled = await Host.SubmitAsync();
        await Host.Store.CancelAsync(cancelled.Guid, Cancellation);
        var expired = await Host.SubmitAsync(job => job with { RunAt = Noon.AddHours(1), ExpiresAt = Noon.AddMinutes(1) });
        clock.Advance(TimeSpan.FromMinutes(2));
        await Host.Store.PromoteDueAsync(10, Cancellation);

        Assert.Equal(["finished: It finished at 2026-06-01T12:00:00Z."], await CausesAsync(finished.Guid));
        Assert.Equal(
            ["failed: It failed at 2026-06-01T12:00:00Z with CF-AppNotFound: The app could not be found: x."], await CausesAsync(failed.Guid));
        Assert.Equal(["cancelled: It was cancelled at 2026-06-01T12:00:00Z."], await CausesAsync(cancelled.Guid));
        Assert.Equal(["expired: It had not started by 2026-06-01T12:01:00Z, and expired."], await CausesAsync(expired.Guid));
    }

    [Fact]
    public async Task A_running_job_has_an_estimate_of_its_end_once_its_operation_has_a_history_and_Retry_After_follows_it()
    {
        // Nine jobs of 41 to 49 s: the range is from the first to the last of them.
        for (var seconds = 41; seconds <= 49; seconds++)
        {
            await Host.SubmitAsync();
            var before = await Host.ClaimAsync();
            clock.Advance(TimeSpan.FromSeconds(seconds));
            await Host.EndAsync(before, new RunEnd.Finished());
        }

        var job = await Host.SubmitAsync();
        Assert.Equal(JsonValueKind.Null, (await ExplainAsync(job.Guid)).GetProperty("estimate").ValueKind);
        var run = await Host.ClaimAsync();
        var start = clock.GetUtcNow();
        clock.Advance(TimeSpan.FromSeconds(10));

        var estimate = (await ExplainAsync(job.Guid)).GetProperty("estimate");
        Assert.Equal((start.AddSeconds(41), start.AddSeconds(49)), (estimate.GetProperty("start").GetDateTimeOffset(), estimate.GetProperty("end").GetDateTimeOffset()));
        Assert.Equal("31", (await Host.Client.GetAsync($"/v2/jobs/{job.Guid}", Cancellation)).Header("Retry-After"));
        Assert.Equal("31", (await Host.As(Tokens.Writer).GetAsync($"/v3/jobs/{job.Guid}", Cancellation)).Header("Retry-After"));

        // Past all but eight of them there is no ground any more.
        clock.Advance(TimeSpan.FromSeconds(31.5));
        Assert.Equal(JsonValueKind.Null, (await ExplainAsync(job.Guid)).GetProperty("estimate").ValueKind);
        await Host.EndAsync(run, new RunEnd.Finished());
        Assert.Equal(JsonValueKind.Null, (await ExplainAsync(job.Guid)).GetProperty("estimate").ValueKind);
    }

    [Fact]
    public async Task That_of_another_is_forbidden_and_of_none_not_found()
    {
        var job = await Host.SubmitAsync();

        foreach (var token in new[] { Tokens.OtherWriter, Tokens.Reader, Tokens.Worker })
        {
            var answer = await Host.As(token).GetAsync($"/v3/jobs/{job.Guid}/explain", Cancellation);
            await answer.IsV3ErrorAsync(HttpStatusCode.Forbidden, 10003, "CF-NotAuthorized");
        }

        foreach (var guid in new[] { "x", Guid.AllBitsSet.ToString() })
        {
            var answer = await Host.As(Tokens.Admin).GetAsync($"/v3/jobs/{guid}/explain", Cancellation);
            Assert.Equal("Job not found", await answer.IsV3ErrorAsync(HttpStatusCode.NotFound, 10010, "CF-ResourceNotFound"));
        }
    }

    private Task<JsonElement> ExplainAsync(Guid job, string token = Tokens.Writer) => Host.As(token).GetJsonAsync($"/v3/jobs/{job}/explain");

    private async Task<string[]> CausesAsync(Guid job, string token = Tokens.Writer) =>
        [.. (await ExplainAsync(job, token)).GetProperty("causes").EnumerateArray().Select(cause => $"{cause.Text("code")}: {cause.Text("detail")}")];

    private async Task<string[]> CodesAsync(Guid job) => [.. (await CausesAsync(job)).Select(cause => cause[..cause.IndexOf(':', StringComparison.Ordinal)])];
}
