using CloudController.Jobs.Storage;

namespace CloudController.Jobs.StoreConformance;

/// <summary>Limits of queues: how they are set and told, and both at once.</summary>
public abstract class LimitConformance(IStoreFixture fixture) : LimitedQueueConformance(fixture)
{
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
    public async Task Lifted_limits_hold_nothing_back()
    {
        await LimitAsync("q", concurrency: 1, rate: new QueueRate(1, 60));
        await SubmitToAsync("q", 5);
        Assert.Single(await ClaimAsync());

        await LimitAsync("q");

        Assert.Equal(4, (await ClaimAsync()).Count);
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

    private async Task<(int?, QueueRate?)> LimitsAsync(string queue)
    {
        var limits = (await Store.FindQueueAsync(queue, Cancellation)).Limits!;
        return (limits.Concurrency, limits.Rate);
    }
}
