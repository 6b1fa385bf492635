using CloudController.Jobs.Storage;

namespace CloudController.Jobs.StoreConformance;

/// <summary>Limits of queues: how many of their jobs run at once.</summary>
public abstract class ConcurrencyLimitConformance(IStoreFixture fixture) : LimitedQueueConformance(fixture)
{
    // A safety net only: what is awaited comes within milliseconds or never.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

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

    private static void InterlockedMax(ref int most, int value)
    {
        for (var known = Volatile.Read(ref most); value > known;)
        {
            known = Interlocked.CompareExchange(ref most, value, known) is var seen && seen == known ? value : seen;
        }
    }

    // Signals follow their commit, perhaps after the caller was answered, but before the next commit's.
    private Task CommitAsync() => Store.PauseQueueAsync("nobody's", new QueuePause(Now, "admin", null), Cancellation);
}
