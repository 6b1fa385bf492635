using CloudController.Jobs.Storage;

namespace CloudController.Jobs.StoreConformance;

public abstract class QueueConformance(IStoreFixture fixture) : StoreConformance(fixture)
{
    [Fact]
    public async Task A_queue_never_used_has_nothing_but_zeros()
    {
        var queue = await Store.FindQueueAsync("never", Cancellation);

        Assert.Equal(("never", null, null), (queue.Name, queue.OldestWaitingSince, queue.Pause));
        Assert.All(queue.Counts.Values, count => Assert.Equal(0, count));
        Assert.Empty(await Store.ListQueuesAsync(Cancellation));
    }

    [Fact]
    public async Task A_queue_counts_its_jobs_by_phase()
    {
        await RunAsync(Some.Finished);
        await RunAsync(Some.Finished);
        await RunAsync(Some.Failed);
        await RunAsync(new RunEnd.Polled(TimeSpan.FromSeconds(1)));
        await SubmitAsync(SomeJob() with { Queue = "own", ExpiresAt = Now.AddSeconds(1) });
        await PassAsync(TimeSpan.FromSeconds(1));
        await RunAsync(Some.Polled, SomeJob("app.poll"));
        await StartAsync(SomeJob("app.run"));
        var cancelled = await SubmitAsync(SomeJob() with { Queue = "own" });
        await Store.CancelAsync(cancelled, Cancellation);
        await SubmitAsync(SomeJob() with { Queue = "own" });
        await SubmitAsync(SomeJob("app.other") with { Queue = "own" });
        await SubmitAsync(SomeJob() with { Queue = "own", RunAt = Now.AddHours(1) });
        await SubmitAsync(SomeJob() with { Queue = "another" });

        var queue = await Store.FindQueueAsync("own", Cancellation);

        Assert.Equal(
            [
                (JobPhase.Queued, 2), (JobPhase.PollDue, 1), (JobPhase.Scheduled, 1), (JobPhase.Polling, 1), (JobPhase.Running, 1),
                (JobPhase.Finished, 2), (JobPhase.Failed, 1), (JobPhase.Cancelled, 1), (JobPhase.Expired, 1),
            ],
            Enum.GetValues<JobPhase>().Select(phase => (phase, queue.Counts.GetValueOrDefault(phase))));
    }

    [Fact]
    public async Task The_job_that_could_have_run_longest_says_since_when()
    {
        var since = Now.AddMinutes(-5);
        await SubmitAsync(SomeJob() with { Priority = 9, RunAt = since });
        await SubmitAsync(SomeJob() with { RunAt = Now.AddHours(1) });
        await SubmitAsync(SomeJob("app.other"));
        await SubmitAsync(SomeJob() with { Queue = "another", RunAt = Now.AddDays(-1) });

        Assert.Equal(since, (await Store.FindQueueAsync("default", Cancellation)).OldestWaitingSince);

        await ClaimAsync(queues: ["default"]);
        Assert.Equal(Now, (await Store.FindQueueAsync("default", Cancellation)).OldestWaitingSince);

        await ClaimAsync(queues: ["default"], operations: ["app.other"]);
        Assert.Null((await Store.FindQueueAsync("default", Cancellation)).OldestWaitingSince);
    }

    [Fact]
    public async Task Queues_are_listed_by_name_those_with_jobs_and_those_paused()
    {
        await SubmitAsync(SomeJob() with { Queue = "b" });
        await SubmitAsync(SomeJob("app.other") with { Queue = "b" });
        await RunAsync(Some.Finished);
        await Store.PauseQueueAsync("a", Pause("why"), Cancellation);

        var queues = await Store.ListQueuesAsync(Cancellation);

        Assert.Equal(["a", "b", "own"], queues.Select(queue => queue.Name));
        Assert.Equal([Pause("why"), null, null], queues.Select(queue => queue.Pause));
        Assert.Equal(2, queues[1].Counts.GetValueOrDefault(JobPhase.Queued));
    }

    [Fact]
    public async Task A_pause_tells_since_when_by_whom_and_why()
    {
        await Store.PauseQueueAsync("a", Pause("deploying \"v2\""), Cancellation);
        await Store.PauseQueueAsync("b", Pause(null), Cancellation);

        Assert.Equal(Pause("deploying \"v2\""), (await Store.FindQueueAsync("a", Cancellation)).Pause);
        Assert.Equal(Pause(null), (await Store.FindQueueAsync("b", Cancellation)).Pause);
    }

    [Fact]
    public async Task Pausing_a_paused_queue_keeps_who_paused_it_first_and_why()
    {
        var first = Pause("first");
        await Store.PauseQueueAsync("a", first, Cancellation);
        Clock.Advance(TimeSpan.FromMinutes(1));

        await Store.PauseQueueAsync("a", new QueuePause(Now, "someone else", "second"), Cancellation);

        Assert.Equal(first, (await Store.FindQueueAsync("a", Cancellation)).Pause);
    }

    [Fact]
    public async Task A_resumed_queue_is_not_paused_and_may_be_paused_anew()
    {
        await Store.PauseQueueAsync("a", Pause("first"), Cancellation);
        await Store.ResumeQueueAsync("a", Cancellation);
        Assert.Null((await Store.FindQueueAsync("a", Cancellation)).Pause);

        await Store.PauseQueueAsync("a", Pause("second"), Cancellation);
        Assert.Equal(Pause("second"), (await Store.FindQueueAsync("a", Cancellation)).Pause);
    }

    [Fact]
    public async Task Resuming_what_is_not_paused_does_nothing()
    {
        await Store.ResumeQueueAsync("never", Cancellation);

        Assert.Null((await Store.FindQueueAsync("never", Cancellation)).Pause);
    }

    [Fact]
    public async Task A_pause_outlives_the_process()
    {
        await SubmitAsync(SomeJob());
        await Store.PauseQueueAsync("default", Pause("why"), Cancellation);
        var expected = Pause("why");
        await ReopenAsync();

        Assert.Equal(expected, (await Store.FindQueueAsync("default", Cancellation)).Pause);
        Assert.Empty(await ClaimAsync());
    }

    [Fact]
    public async Task A_count_is_exact_to_ten_thousand_and_then_one_more()
    {
        await SubmitAllAsync(SomeJobs(QueueStatus.CountedUpTo));
        Assert.Equal(10_000, (await Store.FindQueueAsync("default", Cancellation)).Counts[JobPhase.Queued]);

        await SubmitAllAsync(SomeJobs(5));
        Assert.Equal(10_001, (await Store.FindQueueAsync("default", Cancellation)).Counts[JobPhase.Queued]);
    }

    private QueuePause Pause(string? reason) => new(Now, "admin", reason);
}
