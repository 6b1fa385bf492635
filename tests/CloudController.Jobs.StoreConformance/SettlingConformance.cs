using System.Text;
using CloudController.Jobs.Storage;

namespace CloudController.Jobs.StoreConformance;

public abstract class SettlingConformance(IStoreFixture fixture) : StoreConformance(fixture)
{
    /// <summary>Every end of a run, and where it leads a job of two attempts (contract §5, what counts as an attempt).</summary>
    public static TheoryData<string, JobPhase> EveryEnd { get; } = new()
    {
        { "finished", JobPhase.Finished },
        { "failed", JobPhase.Scheduled },
        { "failed for good", JobPhase.Failed },
        { "failed, again at once", JobPhase.Queued },
        { "timed_out", JobPhase.Scheduled },
        { "lost", JobPhase.Queued },
        { "released", JobPhase.Queued },
        { "released for a while", JobPhase.Scheduled },
        { "polled", JobPhase.Polling },
        { "cancelled", JobPhase.Cancelled },
    };

    [Theory]
    [MemberData(nameof(EveryEnd))]
    public async Task The_end_of_a_run_moves_its_job_as_the_lifecycle_says(string end, JobPhase phase)
    {
        var run = await StartAsync(SomeJob() with { MaxAttempts = 2 });
        Clock.Advance(TimeSpan.FromMilliseconds(1_500));
        var settlement = Ending(run, End(end));

        Assert.Equal(SettleResult.Written, await SettleAsync(settlement));

        var job = await FindAsync(run.Job.Guid);
        Assert.Equal(phase, job.Lifecycle.Phase);
        JobAssert.Same(settlement.Next, job.Lifecycle);
        Assert.Equal(Now, job.UpdatedAt);
    }

    [Theory]
    [MemberData(nameof(EveryEnd))]
    public async Task A_cancel_that_the_run_had_not_seen_wins_over_all_but_a_completion(string end, JobPhase phase)
    {
        var run = await StartAsync(SomeJob() with { MaxAttempts = 2 });
        Assert.True((await Store.CancelAsync(run.Job.Guid, Cancellation)).Accepted);

        var result = await SettleAsync(Ending(run, End(end)));

        var job = await FindLifecycleAsync(run.Job.Guid);
        if (phase == JobPhase.Finished)
        {
            Assert.Equal((SettleResult.Written, JobPhase.Finished), (result, job.Phase));
            Assert.Empty(job.Errors);
            return;
        }

        Assert.Equal((SettleResult.Cancelled, JobPhase.Cancelled), (result, job.Phase));
        Assert.Equal([Some.Rules.Cancelled], job.Errors);
        Assert.Equal(Now, job.FinishedAt);
    }

    [Fact]
    public async Task A_result_is_kept_byte_for_byte()
    {
        var run = await StartAsync();
        var json = Encoding.UTF8.GetBytes("""{"z":1,"a":"\u0000"}""");

        await SettleAsync(Ending(run, Some.Finished) with { Result = json });

        Assert.Equal(json, (await FindAsync(run.Job.Guid)).Result.ToArray());
    }

    [Fact]
    public async Task A_result_of_a_mebibyte_is_kept()
    {
        var run = await StartAsync();
        var json = new byte[1_048_576];
        Array.Fill(json, (byte)'1');

        await SettleAsync(Ending(run, Some.Finished) with { Result = json });

        Assert.Equal(json, (await FindAsync(run.Job.Guid)).Result.ToArray());
    }

    [Theory]
    [MemberData(nameof(EveryEnd))]
    public async Task What_a_run_last_reported_is_kept_however_it_ends(string end, JobPhase phase)
    {
        var run = await StartAsync(SomeJob() with { MaxAttempts = 2 });
        await HeartbeatAsync(run, Some.Report(10, "begun", ["one"], "first\n"));

        await SettleAsync(Ending(run, End(end)) with { Report = Some.Report(90, "nearly", ["one", "two"], "last\n") });

        var job = await FindAsync(run.Job.Guid);
        Assert.Equal(phase, job.Lifecycle.Phase);
        Assert.Equal(new JobProgress(90, "nearly"), job.Progress);
        Assert.Equal(["one", "two"], job.Warnings);
        Assert.Equal("first\nlast\n", Assert.Single(await Store.ListRunsAsync(job.Guid, Cancellation)).Log);
    }

    [Fact]
    public async Task All_ends_of_an_exchange_are_written_and_answered_in_order()
    {
        await SubmitAllAsync(SomeJobs(100).Select((job, index) => job with { Priority = index }));
        var runs = await ClaimAsync();
        var stale = runs[50].Lease with { Nonce = runs[50].Lease.Nonce + 1 };

        var exchange = await Store.SettleAndClaimAsync(
            [.. runs.Reverse().Select(run => Ending(run, run.Job.Priority % 2 == 0 ? Some.Finished : Some.Failed) with
            {
                Lease = run == runs[50] ? stale : run.Lease,
            })],
            null,
            Cancellation);

        Assert.Equal(runs.Reverse().Select(run => run == runs[50] ? SettleResult.LeaseLost : SettleResult.Written), exchange.Ends);
        Assert.Equal(
            runs.Select(run => run == runs[50] ? JobPhase.Running : run.Job.Priority % 2 == 0 ? JobPhase.Finished : JobPhase.Failed),
            (await Store.FindManyAsync([.. runs.Select(run => run.Job.Guid)], Cancellation)).Select(job => job.Lifecycle.Phase));
    }

    [Fact]
    public async Task Workers_at_once_end_every_job_once()
    {
        await SubmitAllAsync(SomeJobs(300));

        var ended = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(WorkUntilEmptyAsync, Cancellation)));

        Assert.Equal(300, ended.Sum());
        Assert.Equal(300, (await Store.FindQueueAsync("default", Cancellation)).Counts[JobPhase.Finished]);
    }

    [Fact]
    public async Task Every_error_of_a_failure_is_kept_in_order()
    {
        JobError[] errors = [Some.Error, JobError.Unknown, new JobError(270012, "CF-Awkward", "Zoë's \"%s\"\n👋")];

        var job = await RunAsync(new RunEnd.Failed(errors));

        Assert.Equal(errors, (await FindLifecycleAsync(job)).Errors);
    }

    [Fact]
    public async Task A_claim_takes_the_errors_of_the_attempt_before_it_away()
    {
        var job = await RunAsync(Some.Failed, SomeJob() with { MaxAttempts = 2 });
        await PassAsync(TimeSpan.FromSeconds(6));

        await ClaimOneAsync();

        Assert.Empty((await FindLifecycleAsync(job)).Errors);
    }

    [Fact]
    public async Task A_job_lives_on_over_all_its_attempts_to_its_end()
    {
        var job = await SubmitAsync(SomeJob() with { MaxAttempts = 3, Backoff = new Backoff(1, 1, 1) });
        RunEnd[] ends = [Some.Failed, Some.Lost, Some.Polled, new RunEnd.TimedOut(), Some.Released, Some.Failed];
        (int Attempt, int Spent)[] expected = [(1, 1), (1, 1), (2, 1), (2, 2), (2, 2), (3, 3)];

        foreach (var (end, after) in ends.Zip(expected))
        {
            await EndAsync(await ClaimOneAsync(), end);
            var lifecycle = await FindLifecycleAsync(job);
            Assert.Equal(after, (lifecycle.Attempt, lifecycle.AttemptsSpent));
            await PassAsync(TimeSpan.FromSeconds(10));
        }

        var ended = await FindLifecycleAsync(job);
        Assert.Equal((JobPhase.Failed, 6), (ended.Phase, ended.Run));
    }

    private async Task<int> WorkUntilEmptyAsync()
    {
        var ended = 0;
        IReadOnlyList<Settlement> ends = [];
        do
        {
            var exchange = await Store.SettleAndClaimAsync(ends, Wanted(limit: 5), Cancellation);
            Assert.All(exchange.Ends, result => Assert.Equal(SettleResult.Written, result));
            ended += ends.Count;
            ends = [.. exchange.Claimed.Select(run => Ending(run, Some.Finished))];
        }
        while (ends.Count > 0);

        return ended;
    }

    private RunEnd End(string end) => end switch
    {
        "finished" => Some.Finished,
        "failed" => Some.Failed,
        "failed for good" => new RunEnd.Failed([Some.Error]) { Final = true },
        "failed, again at once" => new RunEnd.Failed([Some.Error]) { RetryAt = Now },
        "timed_out" => new RunEnd.TimedOut(),
        "lost" => Some.Lost,
        "released" => Some.Released,
        "released for a while" => new RunEnd.Released(TimeSpan.FromSeconds(9)),
        "polled" => Some.Polled,
        "cancelled" => new RunEnd.Cancelled(),
        _ => throw new ArgumentOutOfRangeException(nameof(end), end, "Not an end."),
    };
}
