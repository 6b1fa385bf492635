using CloudController.Jobs.Storage;

namespace CloudController.Jobs.StoreConformance;

/// <summary>What the way of a job depends on: what <c>explain</c> reads.</summary>
public abstract class SituationConformance(IStoreFixture fixture) : StoreConformance(fixture)
{
    [Fact]
    public async Task Of_what_is_not_held_there_is_none() => Assert.Null(await Store.FindSituationAsync(JobGuid.New(Now), Cancellation));

    [Fact]
    public async Task A_job_that_nothing_holds_up_stands_alone()
    {
        var job = SomeJob() with { Arguments = "[1]"u8.ToArray() };
        await SubmitAsync(job);

        var situation = await SituationAsync(job.Guid);

        JobAssert.Same(Job.From(job) with { Arguments = default }, situation.Job);
        Assert.Equal(new JobSituation(situation.Job, Worker: null, LastHeartbeatAt: null, QueuePause: null, OperationPause: null, Ahead: 0), situation);
    }

    [Fact]
    public async Task The_pauses_of_its_queue_and_its_operation_are_told_apart()
    {
        var job = await SubmitAsync(SomeJob("app.one") with { Queue = "q" });
        var (ofQueue, ofOperation) = (new QueuePause(Now, "admin", "why"), new QueuePause(Now.AddSeconds(1), "other", null));
        await Store.PauseQueueAsync("app.one", new QueuePause(Now, "x", null), Cancellation);
        await Store.PauseOperationAsync("q", new QueuePause(Now, "x", null), Cancellation);
        Assert.Equal((null, null), await PausesAsync());

        await Store.PauseQueueAsync("q", ofQueue, Cancellation);
        await Store.PauseOperationAsync("app.one", ofOperation, Cancellation);
        Assert.Equal((ofQueue, ofOperation), await PausesAsync());

        await Store.ResumeQueueAsync("q", Cancellation);
        await Store.ResumeOperationAsync("app.one", Cancellation);
        Assert.Equal((null, null), await PausesAsync());

        async Task<(QueuePause?, QueuePause?)> PausesAsync()
        {
            var situation = await SituationAsync(job);
            return (situation.QueuePause, situation.OperationPause);
        }
    }

    [Fact]
    public async Task What_is_claimed_before_it_from_its_queue_is_ahead_of_it()
    {
        await SubmitAsync(SomeJob() with { Priority = -1, Queue = "elsewhere" });
        var first = await SubmitAsync(SomeJob() with { Priority = 3 });
        var second = await SubmitAsync(SomeJob("app.other") with { Priority = 3 });
        var third = await SubmitAsync(SomeJob() with { Priority = 3 });
        var urgent = await SubmitAsync(SomeJob("app.other") with { Priority = 2 });
        var later = await SubmitAsync(SomeJob() with { Priority = 1, RunAt = Now.AddMinutes(1) });

        Assert.Equal([0, 1, 2, 3, 0], await AheadAsync(urgent, first, second, third, later));

        await PassAsync(TimeSpan.FromMinutes(1));
        Assert.Equal([0, 1, 2, 3, 4], await AheadAsync(later, urgent, first, second, third));

        await Store.PauseOperationAsync("app.other", new QueuePause(Now, "admin", null), Cancellation);
        Assert.Equal([0, 1, 2], await AheadAsync(later, first, third));

        await ClaimAsync(limit: 1, queues: ["default"]);
        Assert.Equal([0, 1], await AheadAsync(first, third));
    }

    [Fact]
    public async Task Jobs_ahead_are_counted_to_a_thousand_and_one()
    {
        await SubmitAllAsync(SomeJobs(600));
        await SubmitAllAsync(SomeJobs(600).Select(job => job with { Operation = "app.other" }));
        var last = await SubmitAsync(SomeJob());

        Assert.Equal([JobSituation.CountedUpTo + 1], await AheadAsync(last));
    }

    [Fact]
    public async Task A_running_job_says_who_runs_it_and_when_that_was_last_heard_of()
    {
        var run = await StartAsync();
        var started = await SituationAsync(run.Job.Guid);
        Assert.Equal(("worker-1", Now, 0), (started.Worker, started.LastHeartbeatAt, started.Ahead));

        Clock.Advance(TimeSpan.FromSeconds(7));
        await HeartbeatAsync(run);
        var beat = Now;
        Clock.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal(beat, (await SituationAsync(run.Job.Guid)).LastHeartbeatAt);

        await EndAsync(run, Some.Finished);
        Assert.Equal(("worker-1", null), ((await SituationAsync(run.Job.Guid)).Worker, (await SituationAsync(run.Job.Guid)).LastHeartbeatAt));
    }

    private async Task<JobSituation> SituationAsync(Guid job)
    {
        var situation = await Store.FindSituationAsync(job, Cancellation);
        Assert.NotNull(situation);
        return situation;
    }

    private async Task<IEnumerable<int>> AheadAsync(params Guid[] jobs)
    {
        var ahead = new int[jobs.Length];
        for (var index = 0; index < jobs.Length; index++)
        {
            ahead[index] = (await SituationAsync(jobs[index])).Ahead;
        }

        return ahead;
    }
}
