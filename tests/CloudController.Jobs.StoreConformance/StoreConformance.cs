using CloudController.Jobs.Storage;
using Microsoft.Extensions.Time.Testing;

namespace CloudController.Jobs.StoreConformance;

/// <summary>What every store must do. A store's test project has one subclass of each class here, and a test that none is missing.</summary>
public abstract class StoreConformance(IStoreFixture fixture) : IAsyncLifetime
{
    private ITestStore? opened;

    protected static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    protected FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 6, 1, 12, 0, 0, 250, TimeSpan.Zero));

    protected JobSignals Signals { get; } = new();

    protected IJobStore Store => opened!.Store;

    protected DateTimeOffset Now => Clock.GetUtcNow();

    public async ValueTask InitializeAsync() => opened = await fixture.CreateAsync(Clock, Signals, Cancellation);

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (opened is not null)
        {
            await opened.DisposeAsync();
        }
    }

    protected Task ReopenAsync() => opened!.ReopenAsync(Cancellation);

    /// <summary>A job that may be submitted now.</summary>
    protected NewJob SomeJob(string operation = "app.delete") => new()
    {
        Guid = JobGuid.New(Now),
        CreatedAt = Now,
        Operation = operation,
        Owner = Some.Owner,
        Arguments = "{}"u8.ToArray(),
    };

    protected IReadOnlyList<NewJob> SomeJobs(int count) => [.. Enumerable.Range(0, count).Select(_ => SomeJob())];

    protected Task<Submission> TrySubmitAsync(params IReadOnlyList<NewJob> jobs) => Store.SubmitAsync(jobs, int.MaxValue, Cancellation);

    protected async Task<Guid> SubmitAsync(NewJob job)
    {
        var accepted = Assert.IsType<Submission.Accepted>(await TrySubmitAsync(job));
        Assert.Equal([new SubmittedJob(job.Guid, Created: true)], accepted.Jobs);
        return job.Guid;
    }

    protected async Task SubmitAllAsync(IEnumerable<NewJob> jobs)
    {
        foreach (var bulk in jobs.Chunk(1_000))
        {
            Assert.IsType<Submission.Accepted>(await TrySubmitAsync(bulk));
        }
    }

    protected async Task<Job> FindAsync(Guid job)
    {
        var found = await Store.FindAsync(job, Cancellation);
        Assert.NotNull(found);
        return found;
    }

    protected async Task<JobLifecycle> FindLifecycleAsync(Guid job) => (await FindAsync(job)).Lifecycle;

    protected static ClaimRequest Wanted(int limit = 1_000, string[]? queues = null, string[]? operations = null) =>
        new("worker-1", operations ?? ["app.delete"], queues, limit, Lease);

    protected async Task<IReadOnlyList<ClaimedJob>> ClaimAsync(int limit = 1_000, string[]? queues = null, string[]? operations = null) =>
        (await Store.SettleAndClaimAsync([], Wanted(limit, queues, operations), Cancellation)).Claimed;

    protected async Task<ClaimedJob> ClaimOneAsync() => Assert.Single(await ClaimAsync(limit: 1));

    /// <summary>Submits a job to the queue <c>own</c> and claims it. Nothing else of its operation may wait there.</summary>
    protected async Task<ClaimedJob> StartAsync(NewJob? job = null)
    {
        var started = job ?? SomeJob();
        await SubmitAsync(started with { Queue = "own" });
        return Assert.Single(await ClaimAsync(queues: ["own"], operations: [started.Operation]));
    }

    /// <summary>The end of a run, now.</summary>
    protected Settlement Ending(ClaimedJob run, RunEnd end) => Some.Ending(run, end, Now);

    protected async Task<SettleResult> SettleAsync(Settlement settlement) =>
        Assert.Single((await Store.SettleAndClaimAsync([settlement], null, Cancellation)).Ends);

    protected async Task EndAsync(ClaimedJob run, RunEnd end) => Assert.Equal(SettleResult.Written, await SettleAsync(Ending(run, end)));

    /// <summary>Submits a job, runs it and ends the run.</summary>
    protected async Task<Guid> RunAsync(RunEnd end, NewJob? job = null)
    {
        var run = await StartAsync(job);
        await EndAsync(run, end);
        return run.Job.Guid;
    }

    protected async Task<HeartbeatResult> HeartbeatAsync(ClaimedJob run, RunReport? report = null) =>
        Assert.Single(await Store.HeartbeatAsync([new Heartbeat(run.Lease, run.Job.Guid, report ?? RunReport.None)], Lease, Cancellation));

    protected async Task<OverdueRun> FindOneOverdueAsync() => Assert.Single(await Store.FindOverdueAsync(100, Cancellation));

    /// <summary>Ends every overdue run as the engine does.</summary>
    protected async Task RescueAsync()
    {
        foreach (var overdue in await Store.FindOverdueAsync(1_000, Cancellation))
        {
            await SettleAsync(Some.Rescue(overdue, Now));
        }
    }

    /// <summary>Lets the clock go on and makes claimable what has come due.</summary>
    protected async Task PassAsync(TimeSpan time)
    {
        Clock.Advance(time);
        await Store.PromoteDueAsync(1_000, Cancellation);
    }

    protected async Task<IReadOnlyList<Guid>> ListAsync(JobFilter filter) =>
        [.. (await Store.ListAsync(filter, default, 0, 5_000, Cancellation)).Jobs.Select(job => job.Guid)];
}
