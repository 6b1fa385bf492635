using CloudController.Jobs.Storage;

namespace CloudController.Jobs.StoreConformance;

public abstract class FindingConformance(IStoreFixture fixture) : StoreConformance(fixture)
{
    [Fact]
    public async Task A_status_is_what_v2_shows_of_a_job()
    {
        var waiting = await SubmitAsync(SomeJob() with { RunAt = Now.AddSeconds(9), MaxAttempts = 4 });
        Assert.Equal(
            new JobStatus(waiting, Now, JobPhase.Scheduled, 0, 4, Now.AddSeconds(9), null), await Store.FindStatusAsync(waiting, Cancellation));

        var run = await StartAsync();
        Assert.Equal(
            new JobStatus(run.Job.Guid, Now, JobPhase.Running, 1, 1, Now, null) { Operation = "app.delete", ActiveSince = Now },
            await Store.FindStatusAsync(run.Job.Guid, Cancellation));
    }

    [Fact]
    public async Task A_status_shows_the_first_error_of_a_failed_job()
    {
        var failed = await RunAsync(new RunEnd.Failed([Some.Error, JobError.Unknown]));

        Assert.Equal(Some.Error, (await Store.FindStatusAsync(failed, Cancellation))?.Error);
    }

    [Fact]
    public async Task A_status_shows_no_error_while_a_retry_is_due_or_after_a_retry_by_hand()
    {
        var due = await RunAsync(Some.Failed, SomeJob() with { MaxAttempts = 2 });
        var retried = await RunAsync(Some.Failed);
        await Store.RetryAsync(retried, Cancellation);

        Assert.Null((await Store.FindStatusAsync(due, Cancellation))?.Error);
        var status = await Store.FindStatusAsync(retried, Cancellation);
        Assert.Equal((JobPhase.Queued, 2, null), (status?.Phase, status?.AttemptsAllowed, status?.Error));
    }

    [Fact]
    public async Task What_is_not_held_is_not_found()
    {
        await SubmitAsync(SomeJob());

        Assert.Null(await Store.FindAsync(JobGuid.New(Now), Cancellation));
        Assert.Null(await Store.FindStatusAsync(JobGuid.New(Now), Cancellation));
        Assert.Null(await Store.FindStatusAsync(Guid.Empty, Cancellation));
        Assert.Empty(await Store.FindManyAsync([JobGuid.New(Now)], Cancellation));
    }

    [Fact]
    public async Task Those_of_many_that_are_held_are_found_in_the_order_given_without_arguments_and_result()
    {
        var first = SomeJob() with { Arguments = new byte[5_000], Metadata = Some.Labels(("a", "b")) };
        await SubmitAsync(first);
        var run = await StartAsync();
        await SettleAsync(Ending(run, Some.Finished) with { Result = "1"u8.ToArray() });
        var third = await SubmitAsync(SomeJob());

        var found = await Store.FindManyAsync([third, JobGuid.New(Now), run.Job.Guid, first.Guid], Cancellation);

        Assert.Equal([third, run.Job.Guid, first.Guid], found.Select(job => job.Guid));
        Assert.All(found, job => Assert.True(job.Arguments.IsEmpty && job.Result.IsEmpty));
        JobAssert.Same(Job.From(first) with { Arguments = default }, found[2]);
    }

    [Fact]
    public async Task A_job_of_any_owner_is_found_by_its_guid()
    {
        var job = await SubmitAsync(SomeJob() with { Owner = Some.OtherOwner });

        Assert.Equal(Some.OtherOwner, (await FindAsync(job)).Owner);
    }

    [Fact]
    public async Task The_store_says_that_it_works() => await Store.CheckAsync(Cancellation);
}
