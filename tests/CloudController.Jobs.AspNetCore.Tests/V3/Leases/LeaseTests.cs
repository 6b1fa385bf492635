using System.Net;
using CloudController.Jobs.AspNetCore.Tests.Hosting;
using CloudController.Jobs.Sqlite;
using CloudController.Jobs.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace CloudController.Jobs.AspNetCore.Tests.V3.Leases;

/// <summary>Contract §5: a worker in any language takes jobs and keeps their leases.</summary>
public sealed class LeaseTests
{
    private static readonly DateTimeOffset Noon = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);

    // Log ids of the engine.
    private const int RunEndedWithoutWorker = 7;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_lease_has_all_that_its_run_needs()
    {
        await using var host = await JobsHost.StartAsync(clock: new FakeTimeProvider(Noon));
        var job = await host.SubmitAsync(plain => plain with { Arguments = """{"b":1.0,"a":2}"""u8.ToArray(), RequestId = "r-1", TraceParent = "t" });

        var lease = Assert.Single(await host.As(Tokens.Worker).LeaseAsync());

        Assert.Equal(
            ["lease", "expires_at", "expires_in_seconds", "run", "attempt", "arguments", "request_id", "traceparent", "job"], lease.Keys());
        Assert.Equal(("2026-06-01T12:00:30Z", 30, 1, 1), (
            lease.Text("expires_at"), lease.GetProperty("expires_in_seconds").GetInt32(),
            lease.GetProperty("run").GetInt32(), lease.GetProperty("attempt").GetInt32()));
        Assert.Equal("""{"b":1.0,"a":2}""", lease.GetProperty("arguments").GetRawText());
        Assert.Equal(("r-1", "t"), (lease.Text("request_id"), lease.Text("traceparent")));
        Assert.Equal((job.Guid, "running"), (lease.GetProperty("job").Guid(), lease.GetProperty("job").Text("phase")));
    }

    [Fact]
    public async Task Nothing_is_leased_of_operations_and_queues_that_were_not_asked_for()
    {
        await using var host = await JobsHost.StartAsync();
        var worker = host.As(Tokens.Worker);
        await host.SubmitAsync(job => job with { Operation = "app.copy" });
        await host.SubmitAsync(job => job with { Queue = "slow" });

        Assert.Empty(await worker.LeaseAsync("""{"operations":["app.delete"],"queues":["default"]}"""));
        Assert.Single(await worker.LeaseAsync("""{"operations":["app.delete"],"queues":["default","slow"],"max_jobs":9}"""));
        Assert.Single(await worker.LeaseAsync("""{"operations":["app.copy","app.delete"],"queues":null,"max_jobs":9}"""));
    }

    [Fact]
    public async Task At_most_so_many_are_leased_as_were_asked_for_and_one_if_nothing_was_said()
    {
        await using var host = await JobsHost.StartAsync();
        var worker = host.As(Tokens.Worker);
        for (var index = 0; index < 130; index++)
            await host.SubmitAsync();

        Assert.Single(await worker.LeaseAsync("""{"operations":["app.delete"]}"""));
        Assert.Equal(120, (await worker.LeaseAsync("""{"operations":["app.delete"],"max_jobs":120}""")).Length);
        Assert.Equal(9, (await worker.LeaseAsync("""{"operations":["app.delete"],"max_jobs":1000}""")).Length);
    }

    [Fact]
    public async Task An_answer_ends_where_the_arguments_become_too_many_bytes()
    {
        await using var host = await JobsHost.StartAsync();
        var large = new byte[1_000_000];
        large.AsSpan().Fill((byte)'1');
        for (var index = 0; index < 110; index++)
            await host.SubmitAsync(job => job with { Arguments = large });

        // Claimed a hundred at once; those have more than the 32 MiB after which no more are claimed.
        Assert.Equal(100, (await host.As(Tokens.Worker).LeaseAsync("""{"operations":["app.delete"],"max_jobs":1000}""")).Length);
    }

    [Fact]
    public async Task Two_workers_never_have_the_same_job()
    {
        await using var host = await JobsHost.StartAsync();
        for (var index = 0; index < 40; index++)
            await host.SubmitAsync();

        var taken = await Task.WhenAll(Enumerable.Range(0, 8).Select(index => DrainAsync(host.As(index % 2 == 0 ? Tokens.Worker : Tokens.Admin))));

        Assert.Equal(40, taken.SelectMany(jobs => jobs).Distinct().Count());
        Assert.Equal(40, taken.Sum(jobs => jobs.Count));

        static async Task<List<Guid>> DrainAsync(HttpClient worker)
        {
            var jobs = new List<Guid>();
            while (await worker.LeaseAsync("""{"operations":["app.delete"],"max_jobs":3}""") is { Length: > 0 } some)
                jobs.AddRange(some.Select(lease => lease.GetProperty("job").Guid()));

            return jobs;
        }
    }

    [Fact]
    public async Task A_heartbeat_extends_the_lease_and_keeps_what_is_reported()
    {
        var clock = new FakeTimeProvider(Noon);
        await using var host = await JobsHost.StartAsync(clock: clock);
        var (job, worker) = (await host.SubmitAsync(), host.As(Tokens.Worker));
        var lease = await worker.LeaseOneAsync();
        clock.Advance(TimeSpan.FromSeconds(20));

        var beat = await (await worker.BeatAsync(
            lease, """{"progress":{"percent":40,"message":"Removing routes"},"warnings":["w","w"],"log":["one","two"]}""")).OkAsync();
        await (await worker.BeatAsync(lease, """{"warnings":["w","x"],"log":["three"]}""")).OkAsync();

        Assert.Equal(
            """{"expires_at":"2026-06-01T12:00:50Z","expires_in_seconds":30,"cancel_requested":false}""", beat.GetRawText());
        var shown = await host.As(Tokens.Writer).GetJsonAsync($"/v3/jobs/{job.Guid}");
        Assert.Equal("""{"percent":40,"message":"Removing routes"}""", shown.GetProperty("progress").GetRawText());
        Assert.Equal("""[{"detail":"w"},{"detail":"x"}]""", shown.GetProperty("warnings").GetRawText());
        var run = Assert.Single(await host.Store.ListRunsAsync(job.Guid, Cancellation));
        Assert.Equal(("one\ntwo\nthree\n", "w"), (run.Log, run.Worker));
    }

    [Fact]
    public async Task Characters_are_counted_and_not_the_halves_of_which_some_consist()
    {
        await using var host = await JobsHost.StartAsync();
        var (job, worker) = (await host.SubmitAsync(), host.As(Tokens.Worker));
        var lease = await worker.LeaseOneAsync();
        static string Emoji(int count) => string.Concat(Enumerable.Repeat("😀", count));
        Task<HttpResponseMessage> ReportAsync(int message, int warning) => worker.BeatAsync(
            lease, $$$"""{"progress":{"percent":1,"message":"{{{Emoji(message)}}}"},"warnings":["{{{Emoji(warning)}}}"]}""");

        await (await ReportAsync(1_000, 16_000)).OkAsync();
        await (await ReportAsync(1_001, 1)).IsV3ErrorAsync(HttpStatusCode.UnprocessableEntity, 10008, "CF-UnprocessableEntity");
        await (await ReportAsync(1, 16_001)).IsV3ErrorAsync(HttpStatusCode.UnprocessableEntity, 10008, "CF-UnprocessableEntity");

        var shown = await host.As(Tokens.Writer).GetJsonAsync($"/v3/jobs/{job.Guid}");
        Assert.Equal(Emoji(1_000), shown.GetProperty("progress").Text("message"));
        Assert.Equal(Emoji(16_000), shown.GetProperty("warnings")[0].Text("detail"));
    }

    [Fact]
    public async Task A_heartbeat_says_nothing_if_it_has_nothing_to_say()
    {
        await using var host = await JobsHost.StartAsync();
        await host.SubmitAsync();
        var worker = host.As(Tokens.Worker);
        var lease = await worker.LeaseOneAsync();

        Assert.Equal(HttpStatusCode.OK, (await worker.PatchAsync($"/v3/leases/{lease}", null, Cancellation)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await worker.BeatAsync(lease, """{"progress":null,"warnings":[],"log":[]}""")).StatusCode);
    }

    [Fact]
    public async Task A_cancel_is_seen_at_the_heartbeat()
    {
        await using var host = await JobsHost.StartAsync();
        var (job, worker) = (await host.SubmitAsync(), host.As(Tokens.Worker));
        var lease = await worker.LeaseOneAsync();

        await host.As(Tokens.Writer).ActAsync($"/v3/jobs/{job.Guid}/actions/cancel");

        Assert.True((await (await worker.BeatAsync(lease)).OkAsync()).GetProperty("cancel_requested").GetBoolean());
    }

    [Fact]
    public async Task A_lease_that_is_not_extended_is_lost_and_its_worker_changes_nothing_any_more()
    {
        var clock = new FakeTimeProvider(Noon);
        await using var host = await JobsHost.StartAsync(clock: clock);
        var (job, worker) = (await host.SubmitAsync(), host.As(Tokens.Worker));
        var stale = await worker.LeaseOneAsync();

        clock.Advance(TimeSpan.FromSeconds(30));
        await host.PassTimeUntilAsync(clock, host.Log.WaitForAsync(RunEndedWithoutWorker, 1));

        // The job waits again, and has spent no attempt.
        var waits = await host.As(Tokens.Writer).GetJsonAsync($"/v3/jobs/{job.Guid}");
        Assert.Equal(("queued", 0, 1), (waits.Text("phase"), waits.GetProperty("attempt").GetInt32(), waits.GetProperty("run").GetInt32()));
        await RefusedAsync();

        var lease = Assert.Single(await worker.LeaseAsync());
        Assert.Equal((2, 1), (lease.GetProperty("run").GetInt32(), lease.GetProperty("attempt").GetInt32()));
        await RefusedAsync();

        var done = await (await worker.EndAsync(lease.Text("lease"), "complete", """{"result":1}""")).OkAsync();
        await RefusedAsync();
        Assert.Equal(done.GetRawText(), (await host.As(Tokens.Writer).GetJsonAsync($"/v3/jobs/{job.Guid}")).GetRawText());

        async Task RefusedAsync()
        {
            await (await worker.BeatAsync(stale, """{"progress":{"percent":99}}""")).IsLostAsync();
            await (await worker.EndAsync(stale, "complete", """{"result":"stale"}""")).IsLostAsync();
            await (await worker.EndAsync(stale, "fail", """{"final":true}""")).IsLostAsync();
            await (await worker.EndAsync(stale, "poll_again", """{"seconds":1}""")).IsLostAsync();
            await (await worker.EndAsync(stale, "release")).IsLostAsync();
        }
    }

    [Fact]
    public async Task A_job_whose_workers_vanish_three_times_in_a_row_fails()
    {
        var clock = new FakeTimeProvider(Noon);
        await using var host = await JobsHost.StartAsync(clock: clock);
        var (job, worker) = (await host.SubmitAsync(), host.As(Tokens.Worker));
        for (var lost = 1; lost < 3; lost++)
        {
            await worker.LeaseOneAsync();
            clock.Advance(TimeSpan.FromSeconds(30));
            await host.PassTimeUntilAsync(clock, host.Log.WaitForAsync(RunEndedWithoutWorker, lost));
        }

        // Contract §5: at the latest 5 s after the lease's end. What has looked twice looks at its times.
        await worker.LeaseOneAsync();
        clock.Advance(TimeSpan.FromSeconds(30 + 5));
        await host.Log.WaitForAsync(RunEndedWithoutWorker, 3);

        var failed = await host.As(Tokens.Writer).GetJsonAsync($"/v3/jobs/{job.Guid}");
        Assert.Equal(("FAILED", 900004), (failed.Text("state"), failed.GetProperty("errors")[0].GetProperty("code").GetInt32()));
    }

    [Fact]
    public async Task The_server_ends_an_attempt_whose_time_is_used_up()
    {
        var clock = new FakeTimeProvider(Noon);
        await using var host = await JobsHost.StartAsync(clock: clock);
        var (job, worker) = (await host.SubmitAsync(plain => plain with { Timeout = TimeSpan.FromSeconds(40) }), host.As(Tokens.Worker));
        var lease = await worker.LeaseOneAsync();
        clock.Advance(TimeSpan.FromSeconds(20));
        await (await worker.BeatAsync(lease)).OkAsync();

        clock.Advance(TimeSpan.FromSeconds(20));
        await host.PassTimeUntilAsync(clock, host.Log.WaitForAsync(RunEndedWithoutWorker, 1));

        await (await worker.BeatAsync(lease)).IsLostAsync();
        var failed = await host.As(Tokens.Writer).GetJsonAsync($"/v3/jobs/{job.Guid}");
        Assert.Equal(("FAILED", 290006, 1), (
            failed.Text("state"), failed.GetProperty("errors")[0].GetProperty("code").GetInt32(), failed.GetProperty("attempt").GetInt32()));
    }

    [Fact]
    public async Task A_worker_that_does_not_heed_a_cancel_for_a_minute_loses_its_lease()
    {
        var clock = new FakeTimeProvider(Noon);
        await using var host = await JobsHost.StartAsync(clock: clock);
        var (job, worker) = (await host.SubmitAsync(), host.As(Tokens.Worker));
        var lease = await worker.LeaseOneAsync();
        await host.As(Tokens.Writer).ActAsync($"/v3/jobs/{job.Guid}/actions/cancel");
        for (var seconds = 0; seconds < 60; seconds += 20)
        {
            await (await worker.BeatAsync(lease)).OkAsync();
            clock.Advance(TimeSpan.FromSeconds(20));
        }

        await host.PassTimeUntilAsync(clock, host.Log.WaitForAsync(RunEndedWithoutWorker, 1));

        await (await worker.BeatAsync(lease)).IsLostAsync();
        Assert.Equal("cancelled", (await host.As(Tokens.Writer).GetJsonAsync($"/v3/jobs/{job.Guid}")).Text("phase"));
    }

    [Fact]
    public async Task Only_the_subject_that_took_a_lease_may_use_it()
    {
        await using var host = await JobsHost.StartAsync();
        await host.SubmitAsync();
        var (worker, other) = (host.As(Tokens.Worker), host.As(Tokens.Admin));
        var lease = await worker.LeaseOneAsync();

        await RefusedAsync();
        await (await worker.EndAsync(lease, "complete")).OkAsync();
        await RefusedAsync();

        async Task RefusedAsync()
        {
            foreach (var answer in new[]
            {
                await other.BeatAsync(lease), await other.EndAsync(lease, "complete"), await other.EndAsync(lease, "fail"),
                await other.EndAsync(lease, "poll_again", """{"seconds":1}"""), await other.EndAsync(lease, "release"),
            })
                await answer.IsV3ErrorAsync(HttpStatusCode.Forbidden, 10003, "CF-NotAuthorized");
        }
    }

    [Fact]
    public async Task An_unknown_lease_is_not_found()
    {
        await using var host = await JobsHost.StartAsync();
        await host.SubmitAsync();
        var worker = host.As(Tokens.Worker);
        var lease = await worker.LeaseOneAsync();
        var inProcess = (await host.SubmitAsync(), await host.ClaimAsync()).Item2;

        foreach (var unknown in new[]
        {
            "x", "%20", lease.ToUpperInvariant(), lease[..^1] + (lease[^1] == '0' ? '1' : '0'),
            new LeaseKey(inProcess.Job.Guid, inProcess.Lease).ToString(),
        })
        {
            foreach (var answer in new[] { await worker.BeatAsync(unknown), await worker.EndAsync(unknown, "complete") })
                Assert.Equal("Lease not found", await answer.IsV3ErrorAsync(HttpStatusCode.NotFound, 10010, "CF-ResourceNotFound"));
        }
    }

    [Fact]
    public async Task Leases_are_for_workers_and_administrators()
    {
        await using var host = await JobsHost.StartAsync();
        const string Request = """{"operations":["app.delete"]}""";

        await (await host.Client.PostAsync("/v3/leases", Request)).IsV3ErrorAsync(HttpStatusCode.Unauthorized, 10002, "CF-NotAuthenticated");
        foreach (var token in new[] { Tokens.Writer, Tokens.Reader, Tokens.AdminReadOnly, Tokens.Auditor, Tokens.Nobody })
        {
            foreach (var answer in new[]
            {
                await host.As(token).PostAsync("/v3/leases", Request),
                await host.As(token).BeatAsync("x"),
                await host.As(token).EndAsync("x", "complete"),
                await host.As(token).PostAsync("/v3/leases/actions/bulk", "{}"),
            })
                await answer.IsV3ErrorAsync(HttpStatusCode.Forbidden, 10003, "CF-NotAuthorized");
        }

        Assert.Equal(HttpStatusCode.OK, (await host.As(Tokens.Admin).PostAsync("/v3/leases", Request)).StatusCode);
    }

    [Fact]
    public async Task Lease_routes_are_not_rate_limited()
    {
        await using var host = await JobsHost.StartAsync([new("RateLimit:Enabled", "true"), new("RateLimit:UserPerSecond", "1")]);

        for (var call = 0; call < 20; call++)
        {
            var answer = await host.As(Tokens.Worker).PostAsync("/v3/leases", """{"operations":["app.delete"]}""");
            Assert.Equal((HttpStatusCode.OK, null), (answer.StatusCode, answer.Header("X-RateLimit-Limit")));
        }
    }

    [Fact]
    public async Task A_lease_holds_over_a_restart_of_the_server()
    {
        var directory = Directory.CreateTempSubdirectory("ccjobs-lease-");
        try
        {
            void Keep(IServiceCollection services) =>
                services.Configure<SqliteStoreOptions>(store => store.Path = Path.Combine(directory.FullName, "jobs.db"));
            string lease;
            await using (var host = await JobsHost.StartAsync(services: Keep))
            {
                await host.SubmitAsync();
                lease = await host.As(Tokens.Worker).LeaseOneAsync();
            }

            await using var next = await JobsHost.StartAsync(services: Keep);
            await (await next.As(Tokens.Worker).BeatAsync(lease)).OkAsync();
            Assert.Equal("COMPLETE", (await (await next.As(Tokens.Worker).EndAsync(lease, "complete")).OkAsync()).Text("state"));
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }
}
