using CloudController.Jobs.Storage;

namespace CloudController.Jobs.StoreConformance;

/// <summary>Contract §5, <c>Idempotency-Key</c>.</summary>
public abstract class IdempotencyConformance(IStoreFixture fixture) : StoreConformance(fixture)
{
    [Fact]
    public async Task The_same_key_and_body_again_is_the_same_job()
    {
        var first = await SubmitAsync(Keyed("k"));

        Assert.Equal([new SubmittedJob(first, Created: false)], await AcceptedAsync(Keyed("k")));
        Assert.Equal([first], await ListAsync(JobFilter.None));
    }

    [Fact]
    public async Task It_is_the_same_job_also_after_that_ended()
    {
        var first = await RunAsync(Some.Finished, Keyed("k"));

        Assert.Equal([new SubmittedJob(first, Created: false)], await AcceptedAsync(Keyed("k")));
        Assert.Equal(JobPhase.Finished, (await FindLifecycleAsync(first)).Phase);
    }

    [Fact]
    public async Task The_same_key_with_another_body_is_refused_and_nothing_kept()
    {
        var first = await SubmitAsync(Keyed("k"));

        Assert.Equal(new Submission.KeyConflict(Index: 0), await TrySubmitAsync(Keyed("k", body: 2)));

        Assert.Equal([first], await ListAsync(JobFilter.None));
    }

    [Fact]
    public async Task Keys_differ_by_case_and_to_the_last_character()
    {
        var longest = new string('k', 255);
        string[] keys = ["k", "K", "k ", longest, longest[1..]];

        foreach (var key in keys)
        {
            await SubmitAsync(Keyed(key));
        }

        Assert.Equal(keys.Length, (await ListAsync(JobFilter.None)).Count);
    }

    [Fact]
    public async Task The_same_key_of_another_owner_is_another_key()
    {
        await SubmitAsync(Keyed("k"));
        await SubmitAsync(Keyed("k", body: 2) with { Owner = Some.OtherOwner });
        await SubmitAsync(Keyed("k", body: 3) with { Owner = new JobOwner("", Some.Owner.Subject) });

        Assert.Equal(3, (await ListAsync(JobFilter.None)).Count);
    }

    [Fact]
    public async Task Jobs_submitted_together_may_each_have_a_key()
    {
        var known = await SubmitAsync(Keyed("known"));
        var fresh = Keyed("fresh");
        var keyless = SomeJob();

        Assert.Equal(
            [new SubmittedJob(fresh.Guid, true), new SubmittedJob(known, false), new SubmittedJob(keyless.Guid, true)],
            await AcceptedAsync(fresh, Keyed("known"), keyless));
    }

    [Fact]
    public async Task One_key_for_jobs_submitted_together_stands_for_all_of_them_in_order()
    {
        NewJob[] jobs = [Keyed("all"), Keyed("all"), Keyed("all")];
        Assert.Equal(jobs.Select(job => new SubmittedJob(job.Guid, Created: true)), await AcceptedAsync(jobs));

        Assert.Equal(jobs.Select(job => new SubmittedJob(job.Guid, Created: false)), await AcceptedAsync(Keyed("all"), Keyed("all"), Keyed("all")));
        Assert.Equal(new Submission.KeyConflict(Index: 0), await TrySubmitAsync(Keyed("all", body: 2), Keyed("all", body: 2), Keyed("all", body: 2)));
        Assert.Equal(3, (await ListAsync(JobFilter.None)).Count);
    }

    [Fact]
    public async Task The_same_key_at_the_same_moment_makes_one_job()
    {
        var submissions = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => Task.Run(() => AcceptedAsync(Keyed("k")), Cancellation)));

        var jobs = submissions.SelectMany(jobs => jobs).ToList();
        Assert.Single(jobs, job => job.Created);
        Assert.Single(jobs.Select(job => job.Guid).Distinct());
        Assert.Single(await ListAsync(JobFilter.None));
    }

    [Fact]
    public async Task Different_bodies_under_one_key_at_the_same_moment_make_one_job()
    {
        var submissions = await Task.WhenAll(
            Enumerable.Range(1, 16).Select(body => Task.Run(() => TrySubmitAsync(Keyed("k", (byte)body)), Cancellation)));

        Assert.Single(submissions.OfType<Submission.Accepted>());
        Assert.Single(await ListAsync(JobFilter.None));
    }

    [Fact]
    public async Task Deleting_the_job_frees_its_key()
    {
        var first = await RunAsync(Some.Finished, Keyed("k"));
        Assert.True((await Store.DeleteAsync(first, Cancellation)).Accepted);

        await SubmitAsync(Keyed("k", body: 2));
    }

    [Fact]
    public async Task Pruning_the_job_frees_its_key()
    {
        await RunAsync(Some.Finished, Keyed("k"));
        Clock.Advance(TimeSpan.FromHours(1));
        await Store.PruneAsync(new Retention(TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(1)), 100, Cancellation);

        await SubmitAsync(Keyed("k", body: 2));
    }

    [Fact]
    public async Task A_refused_submission_keeps_no_key()
    {
        await SubmitAsync(Keyed("taken"));
        Assert.IsType<Submission.KeyConflict>(await TrySubmitAsync(Keyed("free"), Keyed("taken", body: 2)));
        Assert.IsType<Submission.TooManyOpen>(await Store.SubmitAsync([Keyed("also free")], 1, Cancellation));

        await SubmitAsync(Keyed("free", body: 3));
        await SubmitAsync(Keyed("also free", body: 3));
    }

    [Fact]
    public async Task A_key_outlives_the_process()
    {
        var first = await SubmitAsync(Keyed("k"));
        await ReopenAsync();

        Assert.Equal([new SubmittedJob(first, Created: false)], await AcceptedAsync(Keyed("k")));
        Assert.IsType<Submission.KeyConflict>(await TrySubmitAsync(Keyed("k", body: 2)));
    }

    private NewJob Keyed(string key, byte body = 1) => SomeJob() with { Key = Some.Key(key, body) };

    private async Task<IReadOnlyList<SubmittedJob>> AcceptedAsync(params IReadOnlyList<NewJob> jobs) =>
        Assert.IsType<Submission.Accepted>(await TrySubmitAsync(jobs)).Jobs;
}
