using CloudController.Jobs.Storage;

namespace CloudController.Jobs.StoreConformance;

/// <summary>From the moment a lease is taken back it changes nothing any more (contract §5, leases). Each way in which a lease can be no longer the
/// job's is tried with every verb that takes one.</summary>
public abstract class FenceConformance(IStoreFixture fixture) : StoreConformance(fixture)
{
    /// <summary>How a lease came to be stale.</summary>
    public static TheoryData<string> Stale { get; } =
    [
        "rescued", "rescued and claimed again", "released and claimed again", "finished", "polling", "cancelled and retried", "deleted",
        "wrong nonce", "earlier run", "later run", "unknown job",
    ];

    [Theory]
    [MemberData(nameof(Stale))]
    public async Task A_stale_lease_settles_nothing(string how)
    {
        var run = await StartAsync(SomeJob() with { MaxAttempts = 9 });
        var settlement = Ending(run, Some.Finished) with { Lease = await MakeStaleAsync(run, how), Result = "1"u8.ToArray(), Report = Everything };
        var before = await SnapshotAsync(run.Job.Guid);
        Clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(SettleResult.LeaseLost, await SettleAsync(settlement));

        await AssertUnchangedAsync(before, run.Job.Guid);
    }

    [Theory]
    [MemberData(nameof(Stale))]
    public async Task A_stale_lease_finishes_nothing(string how)
    {
        var run = await StartAsync(SomeJob() with { MaxAttempts = 9 });
        var settlement = Ending(run, Some.Finished) with { Lease = await MakeStaleAsync(run, how) };
        var before = await SnapshotAsync(run.Job.Guid);
        Clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(SettleResult.LeaseLost, await SettleAsync(settlement));

        await AssertUnchangedAsync(before, run.Job.Guid);
    }

    [Theory]
    [MemberData(nameof(Stale))]
    public async Task A_stale_lease_rescues_nothing(string how)
    {
        var run = await StartAsync(SomeJob() with { MaxAttempts = 9 });
        var lease = await MakeStaleAsync(run, how);
        var before = await SnapshotAsync(run.Job.Guid);
        Clock.Advance(TimeSpan.FromDays(1));

        var rescue = Ending(run, Some.Lost) with { Lease = lease, OnlyIfExpired = true, Report = Everything };
        Assert.Equal(SettleResult.LeaseLost, await SettleAsync(rescue));

        await AssertUnchangedAsync(before, run.Job.Guid);
    }

    [Theory]
    [MemberData(nameof(Stale))]
    public async Task A_stale_lease_cannot_be_extended_and_reports_nothing(string how)
    {
        var run = await StartAsync(SomeJob() with { MaxAttempts = 9 });
        var lease = await MakeStaleAsync(run, how);
        var before = await SnapshotAsync(run.Job.Guid);
        Clock.Advance(TimeSpan.FromSeconds(1));

        Assert.False((await HeartbeatAsync(run with { Lease = lease }, Everything)).Holds);
        Assert.False((await HeartbeatAsync(run with { Lease = lease })).Holds);

        await AssertUnchangedAsync(before, run.Job.Guid);
    }

    [Fact]
    public async Task The_same_settlement_twice_is_written_once()
    {
        var run = await StartAsync();
        var settlement = Ending(run, Some.Finished) with { Report = Some.Report(log: "once\n") };
        Assert.Equal(SettleResult.Written, await SettleAsync(settlement));
        var before = await SnapshotAsync(run.Job.Guid);
        Clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(SettleResult.LeaseLost, await SettleAsync(settlement));

        await AssertUnchangedAsync(before, run.Job.Guid);
    }

    [Fact]
    public async Task Of_two_ends_of_one_run_in_an_exchange_the_first_is_written()
    {
        var run = await StartAsync();

        var exchange = await Store.SettleAndClaimAsync([Ending(run, Some.Released), Ending(run, Some.Finished)], null, Cancellation);

        Assert.Equal([SettleResult.Written, SettleResult.LeaseLost], exchange.Ends);
        Assert.Equal(JobPhase.Queued, (await FindLifecycleAsync(run.Job.Guid)).Phase);
    }

    [Fact]
    public async Task Of_two_ends_of_one_run_at_the_same_moment_one_is_written()
    {
        await SubmitAllAsync(SomeJobs(20));
        var runs = await ClaimAsync();

        var results = await Task.WhenAll(runs.SelectMany(run => new[]
        {
            Task.Run(() => SettleAsync(Ending(run, Some.Finished)), Cancellation),
            Task.Run(() => SettleAsync(Ending(run, Some.Failed)), Cancellation),
        }));

        Assert.All(results.Chunk(2), pair => Assert.Equal([SettleResult.Written, SettleResult.LeaseLost], pair.Order()));
    }

    [Fact]
    public async Task A_lease_that_has_expired_holds_until_it_is_taken_back()
    {
        var (settled, extended) = (await StartAsync(), await StartAsync());
        Clock.Advance(Lease * 10);

        Assert.Equal(SettleResult.Written, await SettleAsync(Ending(settled, Some.Finished)));
        Assert.True((await HeartbeatAsync(extended)).Holds);
    }

    [Fact]
    public async Task A_heartbeat_that_came_first_stops_a_rescue()
    {
        var run = await StartAsync();
        Clock.Advance(Lease);
        var overdue = await FindOneOverdueAsync();
        await HeartbeatAsync(run);

        Assert.Equal(SettleResult.LeaseLost, await SettleAsync(Some.Rescue(overdue, Now)));

        Assert.Equal(JobPhase.Running, (await FindLifecycleAsync(run.Job.Guid)).Phase);
        await EndAsync(run, Some.Finished);
    }

    [Fact]
    public async Task A_rescue_comes_at_the_earliest_when_the_lease_expires()
    {
        var run = await StartAsync();

        Clock.Advance(Lease - TimeSpan.FromMilliseconds(1));
        Assert.Equal(SettleResult.LeaseLost, await SettleAsync(Ending(run, Some.Lost) with { OnlyIfExpired = true }));

        Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(SettleResult.Written, await SettleAsync(Ending(run, Some.Lost) with { OnlyIfExpired = true }));
    }

    private static RunReport Everything => Some.Report(99, "stale", ["stale"], "stale\n");

    private async Task<LeaseId> MakeStaleAsync(ClaimedJob run, string how)
    {
        switch (how)
        {
            case "rescued":
                Clock.Advance(Lease);
                await RescueAsync();
                return run.Lease;
            case "rescued and claimed again":
                Clock.Advance(Lease);
                await RescueAsync();
                await ClaimOneAsync();
                return run.Lease;
            case "released and claimed again":
                await EndAsync(run, Some.Released);
                await ClaimOneAsync();
                return run.Lease;
            case "finished":
                await EndAsync(run, Some.Finished);
                return run.Lease;
            case "polling":
                await EndAsync(run, Some.Polled);
                return run.Lease;
            case "cancelled and retried":
                await EndAsync(run, new RunEnd.Cancelled());
                await Store.RetryAsync(run.Job.Guid, Cancellation);
                await ClaimOneAsync();
                return run.Lease;
            case "deleted":
                await EndAsync(run, Some.Finished);
                await Store.DeleteAsync(run.Job.Guid, Cancellation);
                return run.Lease;
            case "wrong nonce":
                return run.Lease with { Nonce = run.Lease.Nonce ^ 1 };
            case "earlier run":
                return run.Lease with { Run = run.Lease.Run - 1 };
            case "later run":
                return run.Lease with { Run = run.Lease.Run + 1 };
            case "unknown job":
                return run.Lease with { Job = run.Lease.Job + 1_000_000 };
            default:
                throw new ArgumentOutOfRangeException(nameof(how), how, "Not a way.");
        }
    }

    private async Task<(Job? Job, IReadOnlyList<JobRun> Runs)> SnapshotAsync(Guid job) =>
        (await Store.FindAsync(job, Cancellation), await Store.ListRunsAsync(job, Cancellation));

    private async Task AssertUnchangedAsync((Job? Job, IReadOnlyList<JobRun> Runs) before, Guid job)
    {
        var after = await SnapshotAsync(job);
        Assert.Equal(before.Runs.Select(WithoutErrors), after.Runs.Select(WithoutErrors));
        if (before.Job is null)
        {
            Assert.Null(after.Job);
            return;
        }

        JobAssert.Same(before.Job, after.Job!);

        static JobRun WithoutErrors(JobRun run) => run with { Errors = [] };
    }
}
