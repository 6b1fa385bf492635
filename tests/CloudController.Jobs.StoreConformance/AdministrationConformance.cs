using CloudController.Jobs.Storage;

namespace CloudController.Jobs.StoreConformance;

/// <summary>Contract §5: cancel, retry, delete, of one job and of many.</summary>
public abstract class AdministrationConformance(IStoreFixture fixture) : StoreConformance(fixture)
{
    [Fact]
    public async Task Cancelling_what_waits_ends_it_at_once()
    {
        Guid[] waiting =
        [
            await RunAsync(new RunEnd.Polled(TimeSpan.FromSeconds(1))),
            await SubmitAsync(SomeJob()),
            await SubmitAsync(SomeJob() with { RunAt = Now.AddDays(1) }),
        ];
        await PassAsync(TimeSpan.FromSeconds(1));

        foreach (var job in (Guid[])[.. waiting, await RunAsync(Some.Polled, SomeJob("app.poll"))])
        {
            var result = await Store.CancelAsync(job, Cancellation);

            Assert.True(result.Accepted);
            Assert.Equal((JobPhase.Cancelled, Now), (result.Job?.Lifecycle.Phase, result.Job?.Lifecycle.FinishedAt));
            Assert.Equal(Some.CancelledCode, Assert.Single(result.Job!.Lifecycle.Errors).Code);
            JobAssert.Same(result.Job with { Arguments = "{}"u8.ToArray() }, await FindAsync(job));
        }

        Assert.Empty(await ClaimAsync());
    }

    [Fact]
    public async Task Cancelling_what_runs_asks_it_to_stop()
    {
        var run = await StartAsync();
        Clock.Advance(TimeSpan.FromSeconds(1));

        var result = await Store.CancelAsync(run.Job.Guid, Cancellation);

        Assert.Equal((true, JobPhase.Running, Now), (result.Accepted, result.Job?.Lifecycle.Phase, result.Job?.Lifecycle.CancelRequestedAt));
        JobAssert.Same(run.Job.Lifecycle with { CancelRequestedAt = Now }, await FindLifecycleAsync(run.Job.Guid));
    }

    [Fact]
    public async Task Cancelling_again_is_accepted_and_changes_nothing()
    {
        var waiting = await SubmitAsync(SomeJob());
        var running = (await StartAsync()).Job.Guid;
        await Store.CancelAsync(waiting, Cancellation);
        await Store.CancelAsync(running, Cancellation);
        var before = await Store.FindManyAsync([waiting, running], Cancellation);
        Clock.Advance(TimeSpan.FromSeconds(1));

        Assert.True((await Store.CancelAsync(waiting, Cancellation)).Accepted);
        Assert.True((await Store.CancelAsync(running, Cancellation)).Accepted);

        var after = await Store.FindManyAsync([waiting, running], Cancellation);
        Assert.All(before.Zip(after), pair => JobAssert.Same(pair.First, pair.Second));
    }

    [Fact]
    public async Task What_ended_otherwise_cannot_be_cancelled()
    {
        foreach (var job in (Guid[])[await RunAsync(Some.Finished), await RunAsync(Some.Failed), await ExpiredAsync()])
        {
            var before = await FindAsync(job);
            Clock.Advance(TimeSpan.FromSeconds(1));

            Assert.False((await Store.CancelAsync(job, Cancellation)).Accepted);

            JobAssert.Same(before, await FindAsync(job));
        }
    }

    [Fact]
    public async Task What_failed_was_cancelled_or_expired_can_run_again()
    {
        var cancelled = await SubmitAsync(SomeJob());
        await Store.CancelAsync(cancelled, Cancellation);
        Guid[] jobs = [await RunAsync(Some.Failed, SomeJob() with { MaxAttempts = 1 }), cancelled, await ExpiredAsync()];

        foreach (var job in jobs)
        {
            var before = await FindLifecycleAsync(job);
            Clock.Advance(TimeSpan.FromSeconds(1));

            var result = await Store.RetryAsync(job, Cancellation);

            Assert.True(result.Accepted);
            JobAssert.Same(before.Retry(Now)!, await FindLifecycleAsync(job));
            JobAssert.Same(before.Retry(Now)!, result.Job!.Lifecycle);
            Assert.Equal(Now, result.Job.UpdatedAt);
        }

        Assert.Equal(jobs.Order(), (await ClaimAsync()).Select(run => run.Job.Guid).Order());
    }

    [Fact]
    public async Task A_retry_forgets_lost_workers_and_used_running_time()
    {
        var lost = await SubmitAsync(SomeJob());
        for (var run = 1; run <= Some.Rules.MaxLostRuns; run++)
        {
            await EndAsync(await ClaimOneAsync(), Some.Lost);
        }

        var polling = await StartAsync();
        Clock.Advance(TimeSpan.FromSeconds(10));
        await EndAsync(polling, Some.Polled);
        await Store.CancelAsync(polling.Job.Guid, Cancellation);
        Assert.Equal(Some.Rules.MaxLostRuns, (await FindLifecycleAsync(lost)).LostRuns);
        Assert.Equal(TimeSpan.FromSeconds(10), (await FindLifecycleAsync(polling.Job.Guid)).Used);

        foreach (var job in (Guid[])[lost, polling.Job.Guid])
        {
            var before = await FindLifecycleAsync(job);

            Assert.True((await Store.RetryAsync(job, Cancellation)).Accepted);

            JobAssert.Same(before.Retry(Now)!, await FindLifecycleAsync(job));
        }
    }

    [Fact]
    public async Task A_retry_keeps_an_expiry_that_is_still_to_come()
    {
        var job = await SubmitAsync(SomeJob() with { ExpiresAt = Now.AddHours(1) });
        await Store.CancelAsync(job, Cancellation);

        await Store.RetryAsync(job, Cancellation);
        Assert.Equal(Now.AddHours(1), (await FindLifecycleAsync(job)).ExpiresAt);

        await PassAsync(TimeSpan.FromHours(1));
        Assert.Equal(JobPhase.Expired, (await FindLifecycleAsync(job)).Phase);
    }

    [Fact]
    public async Task What_is_open_or_finished_cannot_be_retried()
    {
        Guid[] jobs = [await RunAsync(Some.Finished), await SubmitAsync(SomeJob()), (await StartAsync()).Job.Guid, await RunAsync(Some.Polled)];

        foreach (var job in jobs)
        {
            var before = await FindAsync(job);

            Assert.False((await Store.RetryAsync(job, Cancellation)).Accepted);

            JobAssert.Same(before, await FindAsync(job));
        }
    }

    [Fact]
    public async Task What_has_ended_can_be_deleted_with_all_that_belongs_to_it()
    {
        var cancelled = await SubmitAsync(SomeJob());
        await Store.CancelAsync(cancelled, Cancellation);
        var run = await StartAsync(SomeJob() with { Arguments = new byte[9_000], Metadata = Some.Labels(("a", "b")) });
        await SettleAsync(Ending(run, Some.Finished) with { Result = new byte[9_000] });

        foreach (var job in (Guid[])[run.Job.Guid, await RunAsync(Some.Failed), cancelled, await ExpiredAsync()])
        {
            Assert.True((await Store.DeleteAsync(job, Cancellation)).Accepted);

            Assert.Null(await Store.FindAsync(job, Cancellation));
            Assert.Empty(await Store.ListRunsAsync(job, Cancellation));
        }

        Assert.Empty(await ListAsync(JobFilter.None));
    }

    [Fact]
    public async Task What_is_open_cannot_be_deleted()
    {
        foreach (var job in (Guid[])[await SubmitAsync(SomeJob()), (await StartAsync()).Job.Guid, await RunAsync(Some.Polled)])
        {
            Assert.False((await Store.DeleteAsync(job, Cancellation)).Accepted);
            Assert.NotNull(await Store.FindAsync(job, Cancellation));
        }
    }

    [Fact]
    public async Task What_is_not_held_can_be_neither_cancelled_nor_retried_nor_deleted()
    {
        Assert.Equal(new ActionResult(null, false), await Store.CancelAsync(JobGuid.New(Now), Cancellation));
        Assert.Equal(new ActionResult(null, false), await Store.RetryAsync(JobGuid.New(Now), Cancellation));
        Assert.Equal(new ActionResult(null, false), await Store.DeleteAsync(JobGuid.New(Now), Cancellation));
    }

    [Fact]
    public async Task Many_are_cancelled_at_once_and_counted()
    {
        var waiting = await SubmitAsync(SomeJob());
        var running = await StartAsync();
        var finished = await RunAsync(Some.Finished);
        var other = await SubmitAsync(SomeJob() with { Owner = Some.OtherOwner });

        var own = new JobFilter { Owner = Some.Owner };
        Assert.Equal(new ManyResult(Matched: 3, Changed: 2, Refused: 1), await Store.CancelManyAsync(own, 100, Cancellation));

        Assert.Equal(
            [JobPhase.Cancelled, JobPhase.Running, JobPhase.Finished, JobPhase.Queued],
            (await Store.FindManyAsync([waiting, running.Job.Guid, finished, other], Cancellation)).Select(job => job.Lifecycle.Phase));
        Assert.True((await HeartbeatAsync(running)).CancelRequested);
    }

    [Fact]
    public async Task Many_are_retried_at_once_and_counted()
    {
        var failed = await RunAsync(Some.Failed, SomeJob() with { Metadata = Some.Labels(("env", "prod")) });
        var finished = await RunAsync(Some.Finished, SomeJob() with { Metadata = Some.Labels(("env", "prod")) });
        var other = await RunAsync(Some.Failed);
        var filter = new JobFilter { Labels = [new LabelRequirement("env", LabelMatch.Exists, [])] };

        Assert.Equal(new ManyResult(Matched: 2, Changed: 1, Refused: 1), await Store.RetryManyAsync(filter, 100, Cancellation));

        Assert.Equal(
            [JobPhase.Queued, JobPhase.Finished, JobPhase.Failed],
            (await Store.FindManyAsync([failed, finished, other], Cancellation)).Select(job => job.Lifecycle.Phase));
    }

    [Fact]
    public async Task At_most_the_limit_of_many_changes_the_oldest_first()
    {
        var jobs = SomeJobs(5);
        await TrySubmitAsync(jobs);

        Assert.Equal(new ManyResult(Matched: 3, Changed: 3, Refused: 0), await Store.CancelManyAsync(JobFilter.None, 3, Cancellation));

        Assert.Equal(jobs.Take(3).Select(job => job.Guid), await ListAsync(new JobFilter { Phases = [JobPhase.Cancelled] }));
    }

    [Fact]
    public async Task What_cannot_change_any_more_takes_no_place_from_what_can()
    {
        var jobs = SomeJobs(5);
        await TrySubmitAsync(jobs);

        Assert.Equal(new ManyResult(Matched: 3, Changed: 3, Refused: 0), await Store.CancelManyAsync(JobFilter.None, 3, Cancellation));
        Assert.Equal(new ManyResult(Matched: 3, Changed: 2, Refused: 0), await Store.CancelManyAsync(JobFilter.None, 3, Cancellation));
        Assert.Equal(jobs.Select(job => job.Guid), await ListAsync(new JobFilter { Phases = [JobPhase.Cancelled] }));

        Assert.Equal(new ManyResult(Matched: 3, Changed: 3, Refused: 0), await Store.RetryManyAsync(JobFilter.None, 3, Cancellation));
        Assert.Equal(new ManyResult(Matched: 3, Changed: 2, Refused: 1), await Store.RetryManyAsync(JobFilter.None, 3, Cancellation));
    }

    [Fact]
    public async Task Of_many_that_none_match_nothing_changes()
    {
        await SubmitAsync(SomeJob());

        Assert.Equal(new ManyResult(0, 0, 0), await Store.CancelManyAsync(new JobFilter { Queues = ["never"] }, 100, Cancellation));
    }

    private async Task<Guid> ExpiredAsync()
    {
        var job = await SubmitAsync(SomeJob() with { ExpiresAt = Now.AddSeconds(1) });
        await PassAsync(TimeSpan.FromSeconds(1));
        return job;
    }
}
