using CloudController.Jobs.Storage;

namespace CloudController.Jobs.StoreConformance;

/// <summary>Contract §2, <c>Jobs:MaxOpenPerOwner</c>.</summary>
public abstract class OpenLimitConformance(IStoreFixture fixture) : StoreConformance(fixture)
{
    [Fact]
    public async Task As_many_as_allowed_are_accepted_and_one_more_is_not()
    {
        Assert.IsType<Submission.Accepted>(await Store.SubmitAsync(SomeJobs(3), 3, Cancellation));

        Assert.Equal(new Submission.TooManyOpen(Open: 3), await Store.SubmitAsync(SomeJobs(1), 3, Cancellation));
        Assert.Equal(3, (await ListAsync(JobFilter.None)).Count);
    }

    [Fact]
    public async Task Jobs_that_together_are_too_many_are_all_refused()
    {
        await SubmitAllAsync(SomeJobs(2));

        Assert.Equal(new Submission.TooManyOpen(Open: 2), await Store.SubmitAsync(SomeJobs(2), 3, Cancellation));
        Assert.Equal(2, (await ListAsync(JobFilter.None)).Count);
    }

    [Fact]
    public async Task Other_owners_jobs_do_not_count()
    {
        await SubmitAllAsync(SomeJobs(3).Select(job => job with { Owner = Some.OtherOwner }));

        Assert.IsType<Submission.Accepted>(await Store.SubmitAsync(SomeJobs(1), 1, Cancellation));
    }

    [Fact]
    public async Task What_waits_runs_or_polls_is_open()
    {
        await RunAsync(Some.Polled);
        await StartAsync();
        await SubmitAsync(SomeJob() with { RunAt = Now.AddHours(1) });
        await SubmitAsync(SomeJob());

        Assert.Equal(new Submission.TooManyOpen(Open: 4), await Store.SubmitAsync(SomeJobs(1), 4, Cancellation));
    }

    [Fact]
    public async Task What_has_ended_is_not_open_until_it_is_retried()
    {
        await RunAsync(Some.Finished);
        var failed = await RunAsync(Some.Failed);
        await CancelledAsync();
        await ExpiredAsync();
        Assert.IsType<Submission.Accepted>(await Store.SubmitAsync(SomeJobs(1), 1, Cancellation));

        await Store.RetryAsync(failed, Cancellation);

        Assert.Equal(new Submission.TooManyOpen(Open: 2), await Store.SubmitAsync(SomeJobs(1), 2, Cancellation));
    }

    [Fact]
    public async Task Forgetting_ended_jobs_opens_no_room_twice()
    {
        await SubmitAsync(SomeJob());
        await Store.DeleteAsync(await RunAsync(Some.Finished), Cancellation);
        await RunAsync(Some.Finished);
        Clock.Advance(TimeSpan.FromHours(1));
        await Store.PruneAsync(new Retention(TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(1)), 100, Cancellation);

        Assert.Equal(new Submission.TooManyOpen(Open: 1), await Store.SubmitAsync(SomeJobs(1), 1, Cancellation));
    }

    [Fact]
    public async Task A_known_key_needs_no_room()
    {
        var job = SomeJob() with { Key = Some.Key("k") };
        await SubmitAsync(job);

        var again = await Store.SubmitAsync([SomeJob() with { Key = Some.Key("k") }], 1, Cancellation);

        Assert.Equal([new SubmittedJob(job.Guid, Created: false)], Assert.IsType<Submission.Accepted>(again).Jobs);
    }

    [Fact]
    public async Task Open_jobs_are_still_counted_after_reopening()
    {
        await RunAsync(Some.Finished);
        await SubmitAllAsync(SomeJobs(2));
        await ReopenAsync();

        Assert.Equal(new Submission.TooManyOpen(Open: 2), await Store.SubmitAsync(SomeJobs(1), 2, Cancellation));
    }

    [Fact]
    public async Task Submitters_at_once_do_not_exceed_it()
    {
        var submissions = await Task.WhenAll(
            Enumerable.Range(0, 40).Select(_ => Task.Run(() => Store.SubmitAsync([SomeJob()], 10, Cancellation), Cancellation)));

        Assert.Equal(10, submissions.OfType<Submission.Accepted>().Count());
        Assert.Equal(10, (await ListAsync(JobFilter.None)).Count);
    }

    private async Task CancelledAsync() => await Store.CancelAsync(await SubmitAsync(SomeJob()), Cancellation);

    private async Task ExpiredAsync()
    {
        await SubmitAsync(SomeJob() with { ExpiresAt = Now.AddSeconds(1) });
        await PassAsync(TimeSpan.FromSeconds(1));
    }
}
