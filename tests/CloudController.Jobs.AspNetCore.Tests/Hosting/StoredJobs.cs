using CloudController.Jobs.Storage;

namespace CloudController.Jobs.AspNetCore.Tests.Hosting;

/// <summary>Puts jobs into a host's store and moves them through their lives, as a worker would.</summary>
internal static class StoredJobs
{
    public const string Operation = "app.delete";

    // Codes of contract §3 and §4.
    private static readonly RunEndRules Rules = new(
        Backoff.Default,
        MaxLostRuns: 3,
        Random: 0.5,
        TimedOut: new JobError(290006, "CF-JobTimeout", "The job execution has timed out."),
        Cancelled: new JobError(900001, "CF-JobCancelled", "The job was cancelled."),
        WorkerLost: new JobError(900004, "CF-JobWorkerLost", "Workers were lost."));

    /// <summary>Submits a job; <paramref name="change"/> says what is special about it.</summary>
    public static async Task<NewJob> SubmitAsync(this JobsHost host, Func<NewJob, NewJob>? change = null)
    {
        var now = host.Clock.GetUtcNow();
        var plain = new NewJob { Guid = JobGuid.New(now), CreatedAt = now, Operation = Operation, Owner = new JobOwner("", Tokens.Writer) };
        var job = change?.Invoke(plain) ?? plain;
        var submission = await host.Store.SubmitAsync([job], 100_000, TestContext.Current.CancellationToken);
        Assert.IsType<Submission.Accepted>(submission);
        return job;
    }

    /// <summary>Leases the next job.</summary>
    public static async Task<ClaimedJob> ClaimAsync(this JobsHost host)
    {
        var claim = new ClaimRequest("test", [Operation], null, 1, TimeSpan.FromMinutes(1));
        var exchange = await host.Store.SettleAndClaimAsync([], claim, TestContext.Current.CancellationToken);
        return Assert.Single(exchange.Claimed);
    }

    /// <summary>Ends a run.</summary>
    public static async Task EndAsync(
        this JobsHost host,
        ClaimedJob run,
        RunEnd end,
        ReadOnlyMemory<byte> result = default,
        string? exception = null,
        string? failure = null)
    {
        var now = host.Clock.GetUtcNow();
        var settlement = new Settlement
        {
            Lease = run.Lease,
            Job = run.Job.Guid,
            End = end,
            Next = run.Job.Lifecycle.End(end, now, Rules)!,
            Result = result,
            Exception = exception,
            Failure = failure,
            NextIfCancelled = run.Job.Lifecycle.RequestCancel(now, Rules.Cancelled)!.End(end, now, Rules)!,
        };
        var exchange = await host.Store.SettleAndClaimAsync([settlement], null, TestContext.Current.CancellationToken);
        Assert.Equal([SettleResult.Written], exchange.Ends);
    }

    /// <summary>Reports something of a run.</summary>
    public static async Task ReportAsync(
        this JobsHost host,
        ClaimedJob run,
        JobProgress? progress = null,
        IReadOnlyList<string>? warnings = null,
        string? log = null,
        string? logLines = null)
    {
        var heartbeat = new Heartbeat(run.Lease, run.Job.Guid, new RunReport(progress, warnings ?? [], log) { LogLines = logLines });
        var results = await host.Store.HeartbeatAsync([heartbeat], TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        Assert.True(Assert.Single(results).Holds);
    }

    /// <summary>Lets a worker be live.</summary>
    public static Task SawWorkerAsync(this JobsHost host, string name, string[]? queues = null, params string[] operations) => host.Store.SawWorkerAsync(
        new WorkerSeen(name, Holder: null, TimeSpan.FromHours(1)) { Serves = new WorkerServes(queues, operations, Version: null) },
        TestContext.Current.CancellationToken);

    /// <summary>Submits a job, runs it, and lets it end so.</summary>
    public static async Task<NewJob> RunAsync(this JobsHost host, RunEnd end, Func<NewJob, NewJob>? change = null)
    {
        var job = await host.SubmitAsync(change);
        await host.EndAsync(await host.ClaimAsync(), end);
        return job;
    }
}
