using CloudController.Jobs.Storage;

namespace CloudController.Jobs.StoreConformance;

/// <summary>Limits of queues: how many of their jobs run at once, and how many start within a time.</summary>
public abstract class LimitConformance(IStoreFixture fixture) : StoreConformance(fixture)
{
    // A safety net only: what is awaited comes within milliseconds or never.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_queue_never_used_has_no_limits_and_can_be_given_some()
    {
        Assert.Equal(QueueLimits.None, (await Store.FindQueueAsync("q", Cancellation)).Limits);

        await LimitAsync("q", concurrency: 3, rate: new QueueRate(5, 60));

        var expected = new QueueLimits(3, new QueueRate(5, 60)) { ChangedAt = Now, ChangedBy = "admin" };
        Assert.Equal(expected, (await Store.FindQueueAsync("q", Cancellation)).Limits);
        Assert.Equal(expected, Assert.Single(await Store.ListQueuesAsync(Cancellation)).Limits);
    }

    [Fact]
    public async Task A_change_leaves_the_limit_that_it_does_not_name_as_it_is()
    {
        await LimitAsync("q", concurrency: 3, rate: new QueueRate(5, 60));

        await ChangeAsync("q", new QueueLimitsChange(Now, "admin") { ChangesConcurrency = true, Concurrency = 4 });
        Assert.Equal((4, new QueueRate(5, 60)), await LimitsAsync("q"));

        await ChangeAsync("q", new QueueLimitsChange(Now, "admin") { ChangesRate = true, Rate = new QueueRate(6, 60) });
        Assert.Equal((4, new QueueRate(6, 60)), await LimitsAsync("q"));

        await ChangeAsync("q", new QueueLimitsChange(Now, "admin") { ChangesConcurrency = true });
        Assert.Equal((null, new QueueRate(6, 60)), await LimitsAsync("q"));

        await ChangeAsync("q", new QueueLimitsChange(Now, "admin") { ChangesRate = true });
        Assert.Equal((null, null), await LimitsAsync("q"));
    }

    [Fact]
    public async Task Who_changed_them_last_and_when_is_told()
    {
        await LimitAsync("q", concurrency: 3);
        Clock.Advance(TimeSpan.FromMinutes(1));
        await ChangeAsync("q", new QueueLimitsChange(Now, "someone \"else\"") { ChangesConcurrency = true, Concurrency = 2 });

        Assert.Equal(new QueueLimits(2, null) { ChangedAt = Now, ChangedBy = "someone \"else\"" }, (await Store.FindQueueAsync("q", Cancellation)).Limits);
    }

    [Fact]
    public async Task A_pause_and_limits_leave_each_other_alone()
    {
        var pause = new QueuePause(Now, "admin", "why");
        await Store.PauseQueueAsync("q", pause, Cancellation);
        await LimitAsync("q", concurrency: 3);
        var queue = await Store.FindQueueAsync("q", Cancellation);
        Assert.Equal((pause, 3), (queue.Pause, queue.Limits?.Concurrency));
        await SubmitToAsync("q", 1);
        Assert.Empty(await ClaimAsync());

        await Store.ResumeQueueAsync("q", Cancellation);

        queue = await Store.FindQueueAsync("q", Cancellation);
        Assert.Equal((null, 3), (queue.Pause, queue.Limits?.Concurrency));
        Assert.Single(await ClaimAsync());
    }

    [Fact]
    public async Task An_operation_has_no_limits()
    {
        await LimitAsync("app.delete", concurrency: 3);
        await SubmitAsync(SomeJob());

        Assert.Null((await Store.FindOperationAsync("app.delete", Cancellation)).Limits);
        Assert.Null(Assert.Single(await Store.ListOperationsAsync(Cancellation)).Limits);
    }

    [Fact]
    public async Task Limits_outlive_the_process()
    {
        await LimitAsync("q", concurrency: 2, rate: new QueueRate(3, 60));
        await SubmitToAsync("q", 5);
        var first = await ClaimAsync();
        Assert.Equal(2, first.Count);

        await ReopenAsync();
        await EndAllAsync(first.Take(1));

        // One place of two is free, and one start of three.
        Assert.Equal((2, new QueueRate(3, 60)), await LimitsAsync("q"));
        Assert.Single(await ClaimAsync());
        Assert.Empty(await ClaimAsync());
    }

    [Fact]
    public async Task No_more_of_its_jobs_run_at_once_than_a_queue_s_limit()
    {
        await LimitAsync("q", concurrency: 2);
        var jobs = await SubmitToAsync("q", 5);

        var first = await ClaimAsync();
        Assert.Equal(jobs[..2], Guids(first));
        Assert.Empty(await ClaimAsync());

        await EndAsync(first[0], Some.Finished);
        Assert.Equal([jobs[2]], Guids(await ClaimAsync()));
        Assert.Empty(await ClaimAsync());
    }

    [Fact]
    public async Task A_place_that_becomes_free_is_taken_by_the_same_exchange()
    {
        await LimitAsync("q", concurrency: 2);
        var jobs = await SubmitToAsync("q", 3);
        var first = await ClaimAsync();

        var exchange = await Store.SettleAndClaimAsync([Ending(first[1], Some.Failed)], Wanted(), Cancellation);

        Assert.Equal([jobs[2]], Guids(exchange.Claimed));
    }

    [Theory]
    [InlineData("failed")]
    [InlineData("released")]
    [InlineData("polled")]
    [InlineData("lost")]
    public async Task Whatever_ends_a_run_frees_its_place(string how)
    {
        await LimitAsync("q", concurrency: 1);
        var jobs = await SubmitToAsync("q", 2);
        var run = Assert.Single(await ClaimAsync());

        switch (how)
        {
            case "failed":
                await EndAsync(run, Some.Failed);
                break;
            case "released":
                await EndAsync(run, new RunEnd.Released(TimeSpan.FromMinutes(1)));
                break;
            case "polled":
                await EndAsync(run, new RunEnd.Polled(TimeSpan.FromMinutes(1)));
                break;
            case "lost":
                await Store.CancelAsync(run.Job.Guid, Cancellation);
                Clock.Advance(Lease);
                await RescueAsync();
                break;
        }

        Assert.Equal([jobs[1]], Guids(await ClaimAsync()));
    }

    [Fact]
    public async Task What_runs_already_goes_on_and_counts()
    {
        await SubmitToAsync("q", 5);
        var running = await ClaimAsync(limit: 3);

        await LimitAsync("q", concurrency: 2);
        Assert.Empty(await ClaimAsync());

        await EndAllAsync(running.Take(1));
        Assert.Empty(await ClaimAsync());

        await EndAllAsync(running.Skip(1).Take(1));
        Assert.Single(await ClaimAsync());
    }

    [Fact]
    public async Task A_limit_counts_the_jobs_of_all_of_its_operations_and_of_no_other_queue()
    {
        await LimitAsync("q", concurrency: 3);
        await SubmitAsync(SomeJob() with { Queue = "other" });
        Assert.Single(await ClaimAsync());
        await SubmitAsync(SomeJob("app.one") with { Queue = "q" });
        await SubmitAsync(SomeJob("app.two") with { Queue = "q" });
        await SubmitToAsync("q", 9);

        Assert.Single(await ClaimAsync(operations: ["app.one"]));
        Assert.Equal(2, (await ClaimAsync(operations: ["app.delete", "app.two"])).Count);
        Assert.Empty(await ClaimAsync(operations: ["app.delete", "app.two"]));
    }

    [Fact]
    public async Task Waiting_for_a_place_spends_no_attempt()
    {
        await LimitAsync("q", concurrency: 1);
        var jobs = await SubmitToAsync("q", 2);
        var before = await FindAsync(jobs[1]);

        await ClaimAsync();
        await ClaimAsync();

        JobAssert.Same(before, await FindAsync(jobs[1]));
    }

    [Fact]
    public async Task Lifted_limits_hold_nothing_back()
    {
        await LimitAsync("q", concurrency: 1, rate: new QueueRate(1, 60));
        await SubmitToAsync("q", 5);
        Assert.Single(await ClaimAsync());

        await LimitAsync("q");

        Assert.Equal(4, (await ClaimAsync()).Count);
    }

    [Fact]
    public async Task A_full_queue_holds_up_no_other()
    {
        await LimitAsync("full", concurrency: 1);
        await SubmitAllAsync(SomeJobs(1_200).Select(job => job with { Queue = "full", Priority = -5 }));
        var others = await SubmitToAsync("other", 3);
        Assert.Equal(["full", "other"], (await ClaimAsync(limit: 2)).Select(run => run.Job.Queue));

        Assert.Equal(others[1..], Guids(await ClaimAsync(limit: 10)));
        Assert.Empty(await ClaimAsync(limit: 10));
    }

    [Fact]
    public async Task Limited_and_other_queues_are_served_by_priority_across_them()
    {
        await LimitAsync("q", concurrency: 2);
        var third = await SubmitAsync(SomeJob() with { Priority = 3 });
        var first = await SubmitAsync(SomeJob("app.one") with { Queue = "q", Priority = 1 });
        var second = await SubmitAsync(SomeJob() with { Priority = 2 });
        var fifth = await SubmitAsync(SomeJob() with { Priority = 5 });
        var fourth = await SubmitAsync(SomeJob("app.two") with { Queue = "q", Priority = 4 });
        await SubmitAsync(SomeJob("app.one") with { Queue = "q", Priority = 4 });
        string[] operations = ["app.delete", "app.one", "app.two"];

        Assert.Equal([first, second], Guids(await ClaimAsync(limit: 2, operations: operations)));
        Assert.Equal([third, fourth, fifth], Guids(await ClaimAsync(limit: 9, operations: operations)));
    }

    [Fact]
    public async Task Named_queues_are_emptied_in_their_order_as_far_as_their_limits_let()
    {
        await LimitAsync("first", concurrency: 1);
        await SubmitToAsync("second", 3);
        await SubmitToAsync("first", 3);
        await SubmitToAsync("third", 3);

        var claimed = await ClaimAsync(limit: 5, queues: ["first", "second", "third"]);

        Assert.Equal(["first", "second", "second", "second", "third"], claimed.Select(run => run.Job.Queue));
    }

    [Fact]
    public async Task Several_limited_queues_are_each_held_to_their_own()
    {
        await LimitAsync("a", concurrency: 1);
        await LimitAsync("b", concurrency: 2);
        await LimitAsync("c", rate: new QueueRate(3, 60));
        foreach (var queue in (string[])["a", "b", "c"])
        {
            await SubmitToAsync(queue, 5);
        }

        var claimed = await ClaimAsync();

        Assert.Equal([("a", 1), ("b", 2), ("c", 3)], claimed.CountBy(run => run.Job.Queue).Select(queue => (queue.Key, queue.Value)).Order());
    }

    [Fact]
    public async Task Workers_at_once_never_exceed_a_limit_of_running_jobs()
    {
        await LimitAsync("q", concurrency: 7);
        await SubmitToAsync("q", 60);
        await SubmitToAsync("other", 60);

        var claims = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(ClaimUntilEmptyAsync, Cancellation)));

        var claimed = claims.SelectMany(jobs => jobs).CountBy(run => run.Job.Queue).ToDictionary();
        Assert.Equal((7, 60), (claimed["q"], claimed["other"]));
    }

    [Fact]
    public async Task Workers_at_once_never_exceed_a_rate()
    {
        await LimitAsync("q", rate: new QueueRate(9, 60));
        await SubmitToAsync("q", 60);

        var claims = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(ClaimUntilEmptyAsync, Cancellation)));

        Assert.Equal(9, claims.Sum(jobs => jobs.Count));
    }

    [Fact]
    public async Task While_workers_take_and_end_jobs_at_once_never_more_run_than_the_limit()
    {
        const int Limit = 3, Jobs = 80;
        await LimitAsync("q", concurrency: Limit);
        await SubmitToAsync("q", Jobs);
        var (running, most, done) = (0, 0, 0);

        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(WorkAsync, Cancellation)));

        Assert.Equal(Jobs, done);
        Assert.InRange(most, 1, Limit);

        // What is claimed counts from when it is known to the end of the time in which it was certainly leased.
        async Task WorkAsync()
        {
            while (Volatile.Read(ref done) < Jobs)
            {
                foreach (var run in await ClaimAsync(limit: 2))
                {
                    var now = Interlocked.Increment(ref running);
                    InterlockedMax(ref most, now);
                    await Task.Yield();
                    Interlocked.Decrement(ref running);
                    await EndAsync(run, Some.Finished);
                    Interlocked.Increment(ref done);
                }
            }
        }
    }

    [Fact]
    public async Task No_more_jobs_start_in_any_span_of_that_length_than_the_rate_has()
    {
        await LimitAsync("q", rate: new QueueRate(3, 10));
        var jobs = await SubmitToAsync("q", 9);

        Assert.Equal(jobs[..2], Guids(await ClaimAsync(limit: 2)));
        Clock.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal(jobs[2..3], Guids(await ClaimAsync()));
        Clock.Advance(TimeSpan.FromMilliseconds(3_999));
        Assert.Empty(await ClaimAsync());

        // Ten seconds after the first two, six before what came later leaves the span.
        Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(jobs[3..5], Guids(await ClaimAsync()));
        Clock.Advance(TimeSpan.FromMilliseconds(5_999));
        Assert.Empty(await ClaimAsync());
        Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(jobs[5..6], Guids(await ClaimAsync()));
    }

    [Fact]
    public async Task Jobs_that_ended_count_for_a_rate_all_the_same()
    {
        await LimitAsync("q", rate: new QueueRate(2, 10));
        await SubmitToAsync("q", 3);

        await EndAllAsync(await ClaimAsync());

        Assert.Empty(await ClaimAsync());
    }

    [Fact]
    public async Task A_claim_says_for_how_long_a_rate_holds_back_what_is_next()
    {
        await LimitAsync("q", rate: new QueueRate(2, 10));
        await SubmitToAsync("q", 3);
        Assert.Equal((1, null), await ClaimedAndHeldAsync(limit: 1));
        Clock.Advance(TimeSpan.FromSeconds(4));

        Assert.Equal((1, TimeSpan.FromSeconds(6)), await ClaimedAndHeldAsync());
        Clock.Advance(TimeSpan.FromSeconds(1.5));
        Assert.Equal((0, TimeSpan.FromSeconds(4.5)), await ClaimedAndHeldAsync());
        Assert.Equal((0, null), await ClaimedAndHeldAsync(operation: "app.other"));

        Clock.Advance(TimeSpan.FromSeconds(4.5));
        Assert.Equal((1, null), await ClaimedAndHeldAsync());
    }

    [Fact]
    public async Task Nothing_is_held_back_by_a_rate_where_nothing_waits_or_all_is_taken()
    {
        await LimitAsync("q", rate: new QueueRate(2, 10));
        await SubmitToAsync("q", 2);

        Assert.Equal((2, null), await ClaimedAndHeldAsync());
        Assert.Equal((0, null), await ClaimedAndHeldAsync());
    }

    [Fact]
    public async Task A_large_rate_is_held_and_comes_back_a_hundredth_of_its_time_late_at_most()
    {
        // More than a hundred starts are remembered by hundredths of the time.
        await LimitAsync("q", rate: new QueueRate(150, 1_000));
        await SubmitToAsync("q", 400);

        Assert.Equal(100, (await ClaimAsync(limit: 100)).Count);
        Clock.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(50, (await ClaimAsync()).Count);
        Clock.Advance(TimeSpan.FromSeconds(996.999));
        Assert.Empty(await ClaimAsync());

        Clock.Advance(TimeSpan.FromSeconds(20.001));
        Assert.Equal(150, (await ClaimAsync()).Count);
    }

    [Fact]
    public async Task Another_rate_counts_anew_and_the_same_one_again_goes_on()
    {
        await LimitAsync("q", rate: new QueueRate(2, 60));
        await SubmitToAsync("q", 9);
        Assert.Equal(2, (await ClaimAsync()).Count);

        await LimitAsync("q", rate: new QueueRate(2, 60));
        Assert.Empty(await ClaimAsync());

        await LimitAsync("q", rate: new QueueRate(3, 60));
        Assert.Equal(3, (await ClaimAsync()).Count);
        Assert.Empty(await ClaimAsync());
    }

    [Fact]
    public async Task A_due_poll_counts_as_a_start_and_needs_a_place()
    {
        await LimitAsync("q", concurrency: 1, rate: new QueueRate(3, 3_600));
        await SubmitToAsync("q", 1);
        await EndAllAsync(await ClaimAsync(), new RunEnd.Polled(TimeSpan.FromSeconds(1)));
        await SubmitToAsync("q", 2);
        var second = await ClaimAsync();
        await PassAsync(TimeSpan.FromSeconds(1));
        Assert.Empty(await ClaimAsync());

        // With the third start the rate is used up, though there is room again.
        await EndAllAsync(second);
        await EndAllAsync(await ClaimAsync());
        Assert.Equal((0, TimeSpan.FromSeconds(3_599)), await ClaimedAndHeldAsync());
    }

    [Theory]
    [InlineData("ended")]
    [InlineData("raised")]
    [InlineData("lifted")]
    public async Task Workers_are_woken_when_a_full_queue_has_a_place_again(string how)
    {
        await LimitAsync("q", concurrency: 1);
        await SubmitToAsync("q", 2);
        var run = Assert.Single(await ClaimAsync());
        await CommitAsync();
        var appeared = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Signals.WorkAppeared += () => appeared.TrySetResult();

        switch (how)
        {
            case "ended":
                await EndAsync(run, Some.Finished);
                break;
            case "raised":
                await LimitAsync("q", concurrency: 2);
                break;
            case "lifted":
                await LimitAsync("q");
                break;
        }

        await appeared.Task.WaitAsync(Patience, Cancellation);
        Assert.Single(await ClaimAsync());
    }

    [Fact]
    public async Task A_waiting_job_s_situation_tells_how_far_its_queue_s_limits_are_used_up()
    {
        await LimitAsync("q", concurrency: 3, rate: new QueueRate(2, 10));
        var jobs = await SubmitToAsync("q", 4);
        Assert.Equal((3, new QueueRate(2, 10), 0, null), await SituationAsync(jobs[3]));

        await ClaimAsync(limit: 1);
        var first = Now;
        Assert.Equal((3, new QueueRate(2, 10), 1, null), await SituationAsync(jobs[3]));

        Clock.Advance(TimeSpan.FromSeconds(1));
        await ClaimAsync();
        Assert.Equal((3, new QueueRate(2, 10), 2, first.AddSeconds(10)), await SituationAsync(jobs[3]));

        Clock.Advance(TimeSpan.FromSeconds(9));
        Assert.Equal((3, new QueueRate(2, 10), 2, null), await SituationAsync(jobs[3]));
        await ClaimAsync();
        Assert.Equal((3, new QueueRate(2, 10), 3, first.AddSeconds(11)), await SituationAsync(jobs[3]));

        async Task<(int?, QueueRate?, int, DateTimeOffset?)> SituationAsync(Guid job)
        {
            var situation = (await Store.FindSituationAsync(job, Cancellation))!;
            return (situation.Limits.Concurrency, situation.Limits.Rate, situation.QueueRunning, situation.NextStartAt);
        }
    }

    private static void InterlockedMax(ref int most, int value)
    {
        for (var known = Volatile.Read(ref most); value > known;)
        {
            known = Interlocked.CompareExchange(ref most, value, known) is var seen && seen == known ? value : seen;
        }
    }

    private static IEnumerable<Guid> Guids(IEnumerable<ClaimedJob> runs) => runs.Select(run => run.Job.Guid);

    // Signals follow their commit, perhaps after the caller was answered, but before the next commit's.
    private Task CommitAsync() => Store.PauseQueueAsync("nobody's", new QueuePause(Now, "admin", null), Cancellation);

    private Task ChangeAsync(string queue, QueueLimitsChange change) => Store.LimitQueueAsync(queue, change, Cancellation);

    /// <summary>Sets both limits of a queue; lifts what is not given.</summary>
    private Task LimitAsync(string queue, int? concurrency = null, QueueRate? rate = null) => ChangeAsync(queue, new QueueLimitsChange(Now, "admin")
    {
        ChangesConcurrency = true,
        Concurrency = concurrency,
        ChangesRate = true,
        Rate = rate,
    });

    private async Task<(int?, QueueRate?)> LimitsAsync(string queue)
    {
        var limits = (await Store.FindQueueAsync(queue, Cancellation)).Limits!;
        return (limits.Concurrency, limits.Rate);
    }

    private async Task<Guid[]> SubmitToAsync(string queue, int count)
    {
        NewJob[] jobs = [.. SomeJobs(count).Select(job => job with { Queue = queue })];
        await SubmitAllAsync(jobs);
        return [.. jobs.Select(job => job.Guid)];
    }

    private async Task EndAllAsync(IEnumerable<ClaimedJob> runs, RunEnd? end = null)
    {
        foreach (var run in runs)
        {
            await EndAsync(run, end ?? Some.Finished);
        }
    }

    private async Task<(int Claimed, TimeSpan? HeldFor)> ClaimedAndHeldAsync(int limit = 1_000, string operation = "app.delete")
    {
        var exchange = await Store.SettleAndClaimAsync([], Wanted(limit, operations: [operation]), Cancellation);
        return (exchange.Claimed.Count, exchange.HeldFor);
    }

    private async Task<List<ClaimedJob>> ClaimUntilEmptyAsync()
    {
        var all = new List<ClaimedJob>();
        while (await ClaimAsync(limit: 5) is { Count: > 0 } some)
        {
            all.AddRange(some);
        }

        return all;
    }
}
