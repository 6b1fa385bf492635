using CloudController.Jobs.Storage;

namespace CloudController.Jobs.StoreConformance;

/// <summary>Contract §5, a job's attempts.</summary>
public abstract class RunListingConformance(IStoreFixture fixture) : StoreConformance(fixture)
{
    /// <summary>Every end, and the attempt's <c>outcome</c> and errors.</summary>
    public static TheoryData<string, int[]> Outcomes { get; } = new()
    {
        { "finished", [] },
        { "failed", [Some.Error.Code] },
        { "timed_out", [Some.Rules.TimedOut.Code] },
        { "lost", [] },
        { "released", [] },
        { "polled", [] },
        { "cancelled", [Some.CancelledCode] },
    };

    [Theory]
    [MemberData(nameof(Outcomes))]
    public async Task A_run_is_listed_with_how_it_ended(string outcome, int[] errors)
    {
        var run = await StartAsync();
        var started = Now;
        Clock.Advance(TimeSpan.FromMilliseconds(2_345));

        await SettleAsync(Ending(run, End(outcome)) with { Exception = "System.Exception: boom", Report = Some.Report(log: "its log\n") });

        var listed = await FindOneRunAsync(run.Job.Guid);
        Assert.Equal(
            new JobRun(Run: 1, Attempt: 1, started, Now, outcome, [], "worker-1", "its log\n", "System.Exception: boom"),
            listed with { Errors = [] });
        Assert.Equal(errors, listed.Errors.Select(error => error.Code));
    }

    [Fact]
    public async Task A_run_that_goes_on_is_listed_without_an_end()
    {
        var run = await StartAsync();
        await HeartbeatAsync(run, Some.Report(log: "so far\n"));

        var listed = await FindOneRunAsync(run.Job.Guid);

        Assert.Equal(new JobRun(1, 1, Now, null, null, [], "worker-1", "so far\n", null), listed with { Errors = [] });
        Assert.Empty(listed.Errors);
    }

    [Fact]
    public async Task A_success_that_left_nothing_to_tell_is_listed_all_the_same()
    {
        var run = await StartAsync();
        var started = Now;
        Clock.Advance(TimeSpan.FromSeconds(1));
        await EndAsync(run, Some.Finished);

        var listed = await FindOneRunAsync(run.Job.Guid);

        Assert.Equal(
            (1, 1, started, Now, "finished", null, null),
            (listed.Run, listed.Attempt, listed.StartedAt, listed.EndedAt, listed.Outcome, listed.Log, listed.Exception));
    }

    [Fact]
    public async Task Every_run_is_listed_the_oldest_first_with_its_attempt()
    {
        var job = await SubmitAsync(SomeJob() with { MaxAttempts = 3, Backoff = new Backoff(1, 1, 1) });
        foreach (var end in new[] { Some.Released, Some.Failed, Some.Lost, Some.Polled, Some.Polled, new RunEnd.TimedOut(), Some.Finished })
        {
            await EndAsync(await ClaimOneAsync(), end);
            await PassAsync(TimeSpan.FromSeconds(10));
        }

        Assert.Equal(
            [(1, 1, "released"), (2, 1, "failed"), (3, 2, "lost"), (4, 2, "polled"), (5, 2, "polled"), (6, 2, "timed_out"), (7, 3, "finished")],
            (await Store.ListRunsAsync(job, Cancellation)).Select(run => (run.Run, run.Attempt, run.Outcome)));
    }

    [Fact]
    public async Task Runs_before_a_retry_by_hand_stay_listed()
    {
        var job = await RunAsync(Some.Failed);
        await Store.RetryAsync(job, Cancellation);
        await EndAsync(await ClaimOneAsync(), Some.Finished);

        Assert.Equal(
            [(1, 1, "failed"), (2, 2, "finished")],
            (await Store.ListRunsAsync(job, Cancellation)).Select(run => (run.Run, run.Attempt, run.Outcome)));
    }

    [Fact]
    public async Task A_log_belongs_to_the_run_that_wrote_it()
    {
        var run = await StartAsync();
        await HeartbeatAsync(run, Some.Report(log: "first\n"));
        await EndAsync(run, Some.Released);
        await EndAsync(await ClaimOneAsync(), Some.Polled);
        await PassAsync(TimeSpan.FromSeconds(5));
        await HeartbeatAsync(await ClaimOneAsync(), Some.Report(log: "third\n"));

        Assert.Equal(["first\n", null, "third\n"], (await Store.ListRunsAsync(run.Job.Guid, Cancellation)).Select(listed => listed.Log));
    }

    [Fact]
    public async Task What_was_logged_within_a_run_is_kept_apart_from_its_own_log_and_only_the_end_of_it()
    {
        var run = await StartAsync();
        await HeartbeatAsync(run, RunReport.None with { LogLines = "first\n" });
        await HeartbeatAsync(run, Some.Report(log: "own\n"));
        await HeartbeatAsync(run, RunReport.None with { LogLines = "second\n" });
        Assert.Equal(("own\n", "first\nsecond\n"), await LogsAsync());

        await HeartbeatAsync(run, RunReport.None with { LogLines = new string('x', 65_000) });
        await SettleAsync(Ending(run, Some.Finished) with { Report = RunReport.None with { LogLines = new string('y', 600) } });
        Assert.Equal(("own\n", new string('x', 65_536 - 600) + new string('y', 600)), await LogsAsync());

        async Task<(string?, string?)> LogsAsync()
        {
            var listed = await FindOneRunAsync(run.Job.Guid);
            return (listed.Log, listed.LogLines);
        }
    }

    [Fact]
    public async Task A_run_cancelled_instead_of_its_own_end_is_listed_as_cancelled()
    {
        var run = await StartAsync();
        await Store.CancelAsync(run.Job.Guid, Cancellation);
        await SettleAsync(Ending(run, Some.Failed));

        Assert.Equal("cancelled", (await FindOneRunAsync(run.Job.Guid)).Outcome);
    }

    [Fact]
    public async Task What_never_ran_or_is_not_held_has_no_runs()
    {
        var waiting = await SubmitAsync(SomeJob());
        var cancelled = await SubmitAsync(SomeJob());
        await Store.CancelAsync(cancelled, Cancellation);

        Assert.Empty(await Store.ListRunsAsync(waiting, Cancellation));
        Assert.Empty(await Store.ListRunsAsync(cancelled, Cancellation));
        Assert.Empty(await Store.ListRunsAsync(JobGuid.New(Now), Cancellation));
    }

    [Fact]
    public async Task Cancelling_a_poll_lists_no_run_that_was_none()
    {
        var job = await RunAsync(Some.Polled);
        await Store.CancelAsync(job, Cancellation);

        Assert.Equal("polled", (await FindOneRunAsync(job)).Outcome);
    }

    private static RunEnd End(string outcome) => outcome switch
    {
        "finished" => Some.Finished,
        "failed" => Some.Failed,
        "timed_out" => new RunEnd.TimedOut(),
        "lost" => Some.Lost,
        "released" => Some.Released,
        "polled" => Some.Polled,
        "cancelled" => new RunEnd.Cancelled(),
        _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, "Not an outcome."),
    };

    private async Task<JobRun> FindOneRunAsync(Guid job) => Assert.Single(await Store.ListRunsAsync(job, Cancellation));
}
