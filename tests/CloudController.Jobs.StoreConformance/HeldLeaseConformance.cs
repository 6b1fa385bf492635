using CloudController.Jobs.Storage;

namespace CloudController.Jobs.StoreConformance;

/// <summary>Leases that someone outside this process holds are remembered once they have ended: who had them, and how that went.</summary>
public abstract class HeldLeaseConformance(IStoreFixture fixture) : StoreConformance(fixture)
{
    private static readonly byte[] Action = [1, 2, 3];

    public static TheoryData<string> Ends { get; } =
        ["finished", "finished with a result", "failed", "failed for good", "released", "polled", "cancelled"];

    [Fact]
    public async Task One_that_holds_is_active_and_names_its_holder_and_worker()
    {
        var run = await StartHeldAsync(SomeJob() with { Arguments = new byte[20_000] });

        var active = Assert.IsType<LeaseStanding.Active>(await FindAsync(run));

        Assert.Equal((Some.OtherOwner, Some.OtherOwner, "elsewhere"), (active.Holder, active.Claimed.Holder, active.Claimed.Worker));
        Assert.Equal(run.Lease, active.Claimed.Lease);
        JobAssert.Same(run.Job with { Arguments = default }, active.Claimed.Job);
    }

    [Fact]
    public async Task A_claim_names_its_holder_and_worker()
    {
        var run = await StartHeldAsync();

        Assert.Equal((Some.OtherOwner, "elsewhere"), (run.Holder, run.Worker));
    }

    [Fact]
    public async Task One_of_a_run_in_process_is_unknown_before_and_after_its_end()
    {
        var run = await StartAsync();
        Assert.Null(await FindAsync(run));

        await EndAsync(run, Some.Failed);

        Assert.Null(await FindAsync(run));
    }

    [Fact]
    public async Task One_that_was_never_given_is_unknown()
    {
        var run = await StartHeldAsync();
        var (key, lease) = (Key(run), run.Lease);
        LeaseKey[] guesses =
        [
            key with { Job = JobGuid.New(Now) },
            key with { Lease = lease with { Nonce = lease.Nonce ^ 1 } },
            key with { Lease = lease with { Run = lease.Run + 1 } },
            key with { Lease = lease with { Run = lease.Run - 1 } },
            key with { Lease = lease with { Job = lease.Job + 1 } },
        ];

        Assert.All(await Store.FindLeasesAsync(guesses, Cancellation), Assert.Null);
        await SettleAsync(Held(run, Some.Released));
        Assert.All(await Store.FindLeasesAsync(guesses, Cancellation), Assert.Null);
    }

    [Fact]
    public async Task Many_are_found_in_the_order_given()
    {
        var (first, second) = (await StartHeldAsync(), await StartHeldAsync());
        await SettleAsync(Held(first, Some.Finished));

        var found = await Store.FindLeasesAsync([Key(second), Key(first), Key(second)], Cancellation);

        Assert.Equal(
            [typeof(LeaseStanding.Active), typeof(LeaseStanding.Ended), typeof(LeaseStanding.Active)], found.Select(standing => standing!.GetType()));
    }

    [Theory]
    [MemberData(nameof(Ends))]
    public async Task One_that_ended_tells_the_action_and_the_job_right_after_it_whatever_became_of_that(string how)
    {
        var run = await StartHeldAsync(SomeJob() with { MaxAttempts = 5, Arguments = new byte[2_000] });
        await HeartbeatAsync(run, Some.Report(40, "so far", ["early"]));
        Clock.Advance(TimeSpan.FromSeconds(3));
        await SettleAsync(await EndAsync(run, how) with { Action = Action, Report = Some.Report(warnings: ["with the end"]) });

        var after = await FindAsync(run.Job.Guid);
        Same(after, await FindAsync(run));

        await LiveOnAsync(run.Job.Guid);
        Same(after, await FindAsync(run));
        await ReopenAsync();
        Same(after, await FindAsync(run));
    }

    [Fact]
    public async Task A_second_end_changes_nothing_of_what_is_remembered()
    {
        var run = await StartHeldAsync();
        await SettleAsync(Held(run, Some.Finished));
        var after = await FindAsync(run.Job.Guid);

        Assert.Equal(SettleResult.LeaseLost, await SettleAsync(Held(run, Some.Failed) with { Action = new byte[] { 9 } }));

        Same(after, await FindAsync(run));
    }

    [Fact]
    public async Task One_that_was_rescued_is_lost()
    {
        var run = await StartHeldAsync();
        Clock.Advance(Lease);
        await RescueHeldAsync();

        var lost = Assert.IsType<LeaseStanding.Lost>(await FindAsync(run));
        Assert.Equal(Some.OtherOwner, lost.Holder);
        Assert.Equal((JobPhase.Queued, 0, 1), Facts(await FindLifecycleAsync(run.Job.Guid)));

        var next = await ClaimOneAsync();
        Assert.Equal(2, next.Lease.Run);
        Assert.IsType<LeaseStanding.Lost>(await FindAsync(run));
        Assert.Equal(SettleResult.LeaseLost, await SettleAsync(Held(run, Some.Finished)));
        Assert.IsType<LeaseStanding.Lost>(await FindAsync(run));

        static (JobPhase, int, int) Facts(JobLifecycle life) => (life.Phase, life.Attempt, life.Run);
    }

    [Fact]
    public async Task One_whose_running_time_was_used_up_is_lost_and_spends_an_attempt()
    {
        var run = await StartHeldAsync(SomeJob() with { Timeout = TimeSpan.FromSeconds(10), MaxAttempts = 2 });
        Clock.Advance(TimeSpan.FromSeconds(10));
        await RescueHeldAsync();

        Assert.IsType<LeaseStanding.Lost>(await FindAsync(run));
        Assert.Equal(1, (await FindLifecycleAsync(run.Job.Guid)).AttemptsSpent);
    }

    [Fact]
    public async Task One_that_stayed_silent_after_a_cancel_is_lost_and_its_job_cancelled()
    {
        var run = await StartHeldAsync();
        await Store.CancelAsync(run.Job.Guid, Cancellation);
        for (var passed = TimeSpan.Zero; passed < JobLifecycle.CancelGrace; passed += Lease / 2)
        {
            await HeartbeatAsync(run);
            Clock.Advance(Lease / 2);
        }

        await RescueHeldAsync();

        Assert.IsType<LeaseStanding.Lost>(await FindAsync(run));
        Assert.Equal(JobPhase.Cancelled, (await FindLifecycleAsync(run.Job.Guid)).Phase);
    }

    [Fact]
    public async Task An_overdue_one_names_its_holder()
    {
        await StartHeldAsync();
        Clock.Advance(Lease);

        var claimed = (await FindOneOverdueAsync()).Claimed;
        Assert.Equal((Some.OtherOwner, "elsewhere"), (claimed.Holder, claimed.Worker));
    }

    [Fact]
    public async Task One_goes_on_over_a_restart_until_it_expires()
    {
        var run = await StartHeldAsync();
        Clock.Advance(Lease / 2);

        await ReopenAsync();

        Assert.Empty(await Store.FindOverdueAsync(10, Cancellation));
        var active = Assert.IsType<LeaseStanding.Active>(await FindAsync(run));
        Assert.Equal(run.Job.Lifecycle.LeaseExpiresAt, active.Claimed.Job.Lifecycle.LeaseExpiresAt);
        Assert.True((await HeartbeatAsync(run)).Holds);
        Assert.Equal(SettleResult.Written, await SettleAsync(Held(run, Some.Finished)));
    }

    [Fact]
    public async Task One_of_a_job_that_was_deleted_is_unknown()
    {
        var run = await StartHeldAsync();
        await SettleAsync(Held(run, Some.Finished));

        await Store.DeleteAsync(run.Job.Guid, Cancellation);

        Assert.Null(await FindAsync(run));
    }

    [Fact]
    public async Task Its_run_is_listed_as_any_other()
    {
        var run = await StartHeldAsync();
        await HeartbeatAsync(run, Some.Report(log: "a line\n"));
        await SettleAsync(Held(run, Some.Finished));

        var listed = Assert.Single(await Store.ListRunsAsync(run.Job.Guid, Cancellation));

        Assert.Equal((1, 1, "finished", "elsewhere", "a line\n"), (listed.Run, listed.Attempt, listed.Outcome, listed.Worker, listed.Log));
    }

    [Fact]
    public async Task The_next_run_of_a_job_may_be_in_process()
    {
        var run = await StartHeldAsync();
        await SettleAsync(Held(run, Some.Released));

        var next = await ClaimOneAsync();

        Assert.Null(next.Holder);
        Assert.Null(await FindAsync(next));
        Assert.IsType<LeaseStanding.Ended>(await FindAsync(run));
    }

    private async Task<ClaimedJob> StartHeldAsync(NewJob? job = null)
    {
        await SubmitAsync((job ?? SomeJob()) with { Queue = "own" });
        var claim = Wanted(queues: ["own"]) with { Worker = "elsewhere", Holder = Some.OtherOwner };
        return Assert.Single((await Store.SettleAndClaimAsync([], claim, Cancellation)).Claimed);
    }

    private Settlement Held(ClaimedJob run, RunEnd end) => Ending(run, end) with { Holder = Some.OtherOwner, Action = Action };

    private async Task<Settlement> EndAsync(ClaimedJob run, string how)
    {
        switch (how)
        {
            case "finished":
                return Held(run, Some.Finished);
            case "finished with a result":
                return Held(run, Some.Finished) with { Result = new byte[3_000] };
            case "failed":
                return Held(run, Some.Failed);
            case "failed for good":
                return Held(run, new RunEnd.Failed([Some.Error]) { Final = true });
            case "released":
                return Held(run, new RunEnd.Released(TimeSpan.FromSeconds(7)));
            case "polled":
                return Held(run, Some.Polled);
            default:
                await Store.CancelAsync(run.Job.Guid, Cancellation);
                return Held(run, Some.Released);
        }
    }

    // Whatever can still become of a job: it runs again, warns, reports, and finishes with a result.
    private async Task LiveOnAsync(Guid job)
    {
        if ((await FindLifecycleAsync(job)).Phase.IsTerminal())
        {
            await Store.RetryAsync(job, Cancellation);
        }

        await PassAsync(TimeSpan.FromHours(2));
        if (await ClaimAsync() is [var next])
        {
            await HeartbeatAsync(next, Some.Report(90, "later", ["late"]));
            await SettleAsync(Ending(next, Some.Finished) with { Result = "[1]"u8.ToArray() });
        }
    }

    private async Task RescueHeldAsync()
    {
        foreach (var overdue in await Store.FindOverdueAsync(1_000, Cancellation))
        {
            await SettleAsync(Some.Rescue(overdue, Now) with { Holder = overdue.Claimed.Holder });
        }
    }

    private async Task<LeaseStanding?> FindAsync(ClaimedJob run) => Assert.Single(await Store.FindLeasesAsync([Key(run)], Cancellation));

    private static LeaseKey Key(ClaimedJob run) => new(run.Job.Guid, run.Lease);

    private static void Same(Job expected, LeaseStanding? actual)
    {
        var ended = Assert.IsType<LeaseStanding.Ended>(actual);
        Assert.Equal(Some.OtherOwner, ended.Holder);
        Assert.Equal(Action, ended.Action.ToArray());
        JobAssert.Same(expected with { Arguments = default, Result = default }, ended.Job);
    }
}
