using CloudController.Jobs.Storage;

namespace CloudController.Jobs.StoreConformance;

public abstract class ClaimingConformance(IStoreFixture fixture) : StoreConformance(fixture)
{
    [Fact]
    public async Task The_smaller_priority_runs_first_then_the_earlier_time_then_the_order_of_submission()
    {
        NewJob[] jobs =
        [
            SomeJob() with { Priority = 5 },
            SomeJob() with { Priority = 5, RunAt = Now.AddSeconds(-1) },
            SomeJob(),
            SomeJob() with { Priority = -1_000 },
            SomeJob(),
            SomeJob() with { Priority = 1_000, RunAt = Now.AddDays(-1) },
        ];
        await TrySubmitAsync(jobs);

        int[] expected = [3, 2, 4, 1, 0, 5];
        Assert.Equal(expected.Select(index => jobs[index].Guid), Guids(await ClaimAsync()));
    }

    [Fact]
    public async Task The_order_holds_from_claim_to_claim()
    {
        var jobs = SomeJobs(10).Select((job, index) => job with { Priority = index % 3 }).ToList();
        await TrySubmitAsync(jobs);

        var claimed = new List<Guid>();
        for (var i = 0; i < jobs.Count; i++)
        {
            claimed.Add((await ClaimOneAsync()).Job.Guid);
        }

        Assert.Equal(jobs.OrderBy(job => job.Priority).Select(job => job.Guid), claimed);
    }

    [Fact]
    public async Task Named_queues_are_emptied_in_their_order_whatever_the_priorities()
    {
        var low = await SubmitAsync(SomeJob() with { Queue = "first", Priority = 900 });
        var high = await SubmitAsync(SomeJob() with { Queue = "second", Priority = -900 });
        await SubmitAsync(SomeJob() with { Queue = "third" });

        Assert.Equal([low, high], Guids(await ClaimAsync(queues: ["first", "second"])));
    }

    [Fact]
    public async Task A_limit_is_shared_by_the_named_queues()
    {
        await SubmitAllAsync(SomeJobs(2).Select(job => job with { Queue = "first" }));
        await SubmitAllAsync(SomeJobs(5).Select(job => job with { Queue = "second" }));

        Assert.Equal(["first", "first", "second"], (await ClaimAsync(limit: 3, queues: ["first", "second"])).Select(run => run.Job.Queue));
    }

    [Fact]
    public async Task Without_names_all_queues_are_served_by_priority_across_them()
    {
        var second = await SubmitAsync(SomeJob() with { Queue = "b", Priority = 2 });
        var third = await SubmitAsync(SomeJob() with { Queue = "a", Priority = 3 });
        var first = await SubmitAsync(SomeJob() with { Queue = "c", Priority = 1 });

        Assert.Equal([first, second, third], Guids(await ClaimAsync()));
    }

    [Fact]
    public async Task Only_known_operations_are_claimed_and_others_spend_nothing()
    {
        var unknown = SomeJob("app.unknown");
        await SubmitAsync(unknown);
        var known = await SubmitAsync(SomeJob());

        Assert.Equal([known], Guids(await ClaimAsync()));
        JobAssert.Same(Job.From(unknown), await FindAsync(unknown.Guid));
    }

    [Fact]
    public async Task Any_number_of_unknown_jobs_in_front_block_no_known_one()
    {
        await SubmitAllAsync(SomeJobs(1_200).Select(job => job with { Operation = "app.unknown", Priority = -1 }));
        var known = await SubmitAsync(SomeJob());

        Assert.Equal([known], Guids(await ClaimAsync(limit: 1)));
        Assert.Empty(await ClaimAsync(limit: 1));
    }

    [Fact]
    public async Task Several_operations_are_claimed_in_one_order()
    {
        var second = await SubmitAsync(SomeJob("b") with { Priority = 2 });
        var first = await SubmitAsync(SomeJob("a") with { Priority = 1 });
        var third = await SubmitAsync(SomeJob("a") with { Priority = 3 });

        Assert.Equal([first, second, third], Guids(await ClaimAsync(operations: ["a", "b", "c"])));
    }

    [Fact]
    public async Task Never_more_than_the_limit_are_claimed_and_more_is_said_to_be_left()
    {
        await SubmitAllAsync(SomeJobs(5));

        var first = await Store.SettleAndClaimAsync([], Wanted(limit: 3), Cancellation);
        Assert.Equal((3, true), (first.Claimed.Count, first.More));

        var second = await Store.SettleAndClaimAsync([], Wanted(limit: 3), Cancellation);
        Assert.Equal((2, false), (second.Claimed.Count, second.More));
    }

    [Fact]
    public async Task Nothing_wanted_nothing_claimed()
    {
        await SubmitAllAsync(SomeJobs(2));

        Assert.Empty((await Store.SettleAndClaimAsync([], null, Cancellation)).Claimed);
        Assert.Empty(await ClaimAsync(limit: 0));
        Assert.Empty(await ClaimAsync(queues: ["other"]));
        Assert.Equal(2, (await ClaimAsync()).Count);
    }

    [Fact]
    public async Task Workers_at_once_never_claim_the_same_job()
    {
        await SubmitAllAsync(SomeJobs(400));

        var claims = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(ClaimUntilEmptyAsync, Cancellation)));

        Assert.Equal(400, claims.Sum(jobs => jobs.Count));
        Assert.Equal(400, claims.SelectMany(Guids).Distinct().Count());
        Assert.Equal(400, claims.SelectMany(jobs => jobs).Select(job => job.Lease).Distinct().Count());
    }

    [Fact]
    public async Task Nothing_is_claimed_from_a_paused_queue_until_it_is_resumed()
    {
        var paused = await SubmitAsync(SomeJob() with { Queue = "paused", Priority = -1 });
        var open = await SubmitAsync(SomeJob() with { Queue = "open" });
        await Store.PauseQueueAsync("paused", new QueuePause(Now, "admin", null), Cancellation);

        Assert.Empty(await ClaimAsync(queues: ["paused"]));
        Assert.Equal([open], Guids(await ClaimAsync()));

        await Store.ResumeQueueAsync("paused", Cancellation);
        Assert.Equal([paused], Guids(await ClaimAsync()));
    }

    [Fact]
    public async Task What_runs_when_its_queue_is_paused_goes_on_and_may_end()
    {
        var run = await StartAsync();
        await Store.PauseQueueAsync("own", new QueuePause(Now, "admin", null), Cancellation);

        Assert.True((await HeartbeatAsync(run)).Holds);
        await EndAsync(run, Some.Finished);
    }

    [Fact]
    public async Task Nothing_is_claimed_before_its_time()
    {
        var job = await SubmitAsync(SomeJob() with { RunAt = Now.AddSeconds(10) });

        await PassAsync(TimeSpan.FromMilliseconds(9_999));
        Assert.Empty(await ClaimAsync());

        await PassAsync(TimeSpan.FromMilliseconds(1));
        Assert.Equal([job], Guids(await ClaimAsync()));
    }

    [Fact]
    public async Task What_has_expired_is_not_claimed_even_before_anyone_swept_it()
    {
        await SubmitAsync(SomeJob() with { ExpiresAt = Now.AddSeconds(1) });
        var inTime = await SubmitAsync(SomeJob() with { ExpiresAt = Now.AddMilliseconds(1_001) });
        Clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal([inTime], Guids(await ClaimAsync()));
    }

    [Fact]
    public async Task A_claimed_job_runs_under_its_lease_with_all_that_its_run_needs()
    {
        var job = SomeJob() with
        {
            Arguments = """{"guid":"x"}"""u8.ToArray(),
            Metadata = Some.Labels(("a", "b")),
            RequestId = "request-1",
            TraceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            Timeout = TimeSpan.FromSeconds(9),
            Backoff = new Backoff(1, 1, 1),
        };
        await SubmitAsync(job);
        Clock.Advance(TimeSpan.FromMilliseconds(123));

        var run = await ClaimOneAsync();

        JobAssert.Same(Job.From(job).Lifecycle.Claim(Now, Lease)!, run.Job.Lifecycle);
        Assert.Equal(1, run.Lease.Run);
        Assert.Equal(job.Arguments.ToArray(), run.Job.Arguments.ToArray());
        Assert.Equal(
            (job.Guid, job.Operation, job.Queue, job.Owner, job.Timeout),
            (run.Job.Guid, run.Job.Operation, run.Job.Queue, run.Job.Owner, run.Job.Timeout));
        Assert.Equal((job.Backoff, job.RequestId, job.TraceParent), (run.Job.Backoff, run.Job.RequestId, run.Job.TraceParent));
        JobAssert.Same(run.Job.Lifecycle, await FindLifecycleAsync(job.Guid));
    }

    [Fact]
    public async Task A_run_number_rises_at_every_claim_and_no_lease_is_issued_twice()
    {
        var job = await SubmitAsync(SomeJob());
        var leases = new List<LeaseId>();
        for (var run = 1; run <= 5; run++)
        {
            var claimed = await ClaimOneAsync();
            Assert.Equal((run, run), (claimed.Job.Lifecycle.Run, claimed.Lease.Run));
            leases.Add(claimed.Lease);
            await EndAsync(claimed, Some.Released);
        }

        Assert.Equal(5, leases.Select(lease => lease.Nonce).Distinct().Count());
        Assert.Equal(5, (await FindLifecycleAsync(job)).Run);
    }

    [Fact]
    public async Task A_due_poll_is_claimed_like_any_other_and_goes_on_in_its_attempt()
    {
        await RunAsync(Some.Polled);
        await PassAsync(TimeSpan.FromSeconds(5));
        var fresh = await SubmitAsync(SomeJob() with { Priority = -1 });

        var runs = await ClaimAsync();

        Assert.Equal(fresh, runs[0].Job.Guid);
        Assert.Equal((1, 2), (runs[1].Job.Lifecycle.Attempt, runs[1].Job.Lifecycle.Run));
    }

    [Fact]
    public async Task What_is_put_back_in_an_exchange_can_be_claimed_in_it()
    {
        var run = await StartAsync();

        var exchange = await Store.SettleAndClaimAsync([Ending(run, Some.Released)], Wanted(), Cancellation);

        Assert.Equal([SettleResult.Written], exchange.Ends);
        Assert.Equal((run.Job.Guid, 2), (Assert.Single(exchange.Claimed).Job.Guid, exchange.Claimed[0].Lease.Run));
    }

    private static IEnumerable<Guid> Guids(IEnumerable<ClaimedJob> runs) => runs.Select(run => run.Job.Guid);

    private async Task<IReadOnlyList<ClaimedJob>> ClaimUntilEmptyAsync()
    {
        var all = new List<ClaimedJob>();
        while (await ClaimAsync(limit: 7) is { Count: > 0 } some)
        {
            all.AddRange(some);
        }

        return all;
    }
}
