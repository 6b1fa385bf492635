using CloudController.Jobs.Storage;

namespace CloudController.Jobs.StoreConformance;

/// <summary>What a call confirmed outlives the process.</summary>
public abstract class DurabilityConformance(IStoreFixture fixture) : StoreConformance(fixture)
{
    [Fact]
    public async Task Jobs_in_every_phase_come_back_as_they_were()
    {
        var run = await StartAsync(SomeJob("app.run") with { Metadata = Some.Labels(("a", "b")), Arguments = new byte[20_000] });
        await HeartbeatAsync(run, Some.Report(50, "half", ["w"], "log\n"));
        var finished = await StartAsync(SomeJob("app.finish"));
        await SettleAsync(Ending(finished, Some.Finished) with { Result = new byte[20_000] });
        Guid[] jobs =
        [
            run.Job.Guid,
            finished.Job.Guid,
            await RunAsync(Some.Failed),
            await RunAsync(Some.Failed, SomeJob("app.retry") with { MaxAttempts = 2 }),
            await RunAsync(Some.Polled),
            await SubmitAsync(SomeJob() with { RunAt = Now.AddHours(1) }),
            await SubmitAsync(SomeJob()),
        ];
        var before = await WholeAsync(jobs);

        await ReopenAsync();

        foreach (var (was, isNow) in before.Zip(await WholeAsync(jobs)))
        {
            // A store that belongs to one process may make its leases overdue: their workers are gone.
            var lease = isNow.Job.Lifecycle.LeaseExpiresAt;
            Assert.False(lease > was.Job.Lifecycle.LeaseExpiresAt);
            JobAssert.Same(was.Job with { Lifecycle = was.Job.Lifecycle with { LeaseExpiresAt = lease } }, isNow.Job);
            Assert.Equal(was.Runs.Select(WithoutErrors), isNow.Runs.Select(WithoutErrors));
        }

        static JobRun WithoutErrors(JobRun listed) => listed with { Errors = [] };
    }

    [Fact]
    public async Task A_lease_goes_on_over_a_restart()
    {
        var (settled, extended) = (await StartAsync(), await StartAsync());

        await ReopenAsync();

        await EndAsync(settled, Some.Finished);
        Assert.True((await HeartbeatAsync(extended)).Holds);
    }

    [Fact]
    public async Task A_lease_that_expired_while_the_store_was_closed_is_overdue_at_once()
    {
        var run = await StartAsync();
        Clock.Advance(Lease);

        await ReopenAsync();

        var overdue = await FindOneOverdueAsync();
        Assert.Equal((run.Lease, OverdueReason.LeaseExpired), (overdue.Claimed.Lease, overdue.Reason));
        await RescueAsync();
        Assert.Equal(2, (await ClaimOneAsync()).Lease.Run);
    }

    [Fact]
    public async Task Order_and_labels_come_back()
    {
        var jobs = SomeJobs(20).Select((job, index) => job with { Priority = -index, Metadata = Some.Labels(("n", $"{index % 2}")) }).ToList();
        await TrySubmitAsync(jobs);

        await ReopenAsync();

        Assert.Equal(
            jobs.Where((_, index) => index % 2 == 1).Select(job => job.Guid),
            await ListAsync(new JobFilter { Labels = [new LabelRequirement("n", LabelMatch.In, ["1"])] }));
        Assert.Equal(jobs.Select(job => job.Guid).Reverse(), (await ClaimAsync()).Select(run => run.Job.Guid));
    }

    [Fact]
    public async Task What_fell_due_meanwhile_is_due_at_once()
    {
        await SubmitAsync(SomeJob() with { RunAt = Now.AddSeconds(10) });
        Clock.Advance(TimeSpan.FromMinutes(1));

        await ReopenAsync();

        Assert.Equal(new DueResult(1, null), await Store.PromoteDueAsync(10, Cancellation));
        Assert.Single(await ClaimAsync());
    }

    [Fact]
    public async Task No_lease_of_before_is_issued_again()
    {
        var run = await StartAsync();
        await EndAsync(run, Some.Released);

        await ReopenAsync();

        var again = await ClaimOneAsync();
        Assert.Equal(2, again.Lease.Run);
        Assert.NotEqual(run.Lease.Nonce, again.Lease.Nonce);
    }

    [Fact]
    public async Task An_open_store_needs_no_migration()
    {
        Assert.Empty(await Store.MigrateAsync(apply: false, Cancellation));
        Assert.Empty(await Store.MigrateAsync(apply: true, Cancellation));
    }

    [Fact]
    public async Task A_secret_is_made_once_and_is_the_same_for_ever()
    {
        var secret = await Store.GetSecretAsync("callbacks", Cancellation);
        Assert.True(secret.Length >= 16);
        Assert.NotEqual(secret, await Store.GetSecretAsync("other", Cancellation));

        await ReopenAsync();

        Assert.Equal(secret, await Store.GetSecretAsync("callbacks", Cancellation));
    }

    [Fact]
    public async Task A_secret_asked_for_at_the_same_moment_is_made_once()
    {
        var secrets = await Task.WhenAll(
            Enumerable.Range(0, 16).Select(_ => Task.Run(() => Store.GetSecretAsync("callbacks", Cancellation), Cancellation)));

        Assert.Single(secrets.Select(Convert.ToHexString).Distinct());
    }

    private async Task<IReadOnlyList<(Job Job, IReadOnlyList<JobRun> Runs)>> WholeAsync(Guid[] jobs)
    {
        var whole = new List<(Job, IReadOnlyList<JobRun>)>();
        foreach (var job in jobs)
        {
            whole.Add((await FindAsync(job), await Store.ListRunsAsync(job, Cancellation)));
        }

        return whole;
    }
}
