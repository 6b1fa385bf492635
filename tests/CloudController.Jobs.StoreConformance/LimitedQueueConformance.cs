using CloudController.Jobs.Storage;

namespace CloudController.Jobs.StoreConformance;

/// <summary>What the suites of limits have in common.</summary>
public abstract class LimitedQueueConformance(IStoreFixture fixture) : StoreConformance(fixture)
{
    protected static IEnumerable<Guid> Guids(IEnumerable<ClaimedJob> runs) => runs.Select(run => run.Job.Guid);

    protected Task ChangeAsync(string queue, QueueLimitsChange change) => Store.LimitQueueAsync(queue, change, Cancellation);

    /// <summary>Sets both limits of a queue; lifts what is not given.</summary>
    protected Task LimitAsync(string queue, int? concurrency = null, QueueRate? rate = null) => ChangeAsync(queue, new QueueLimitsChange(Now, "admin")
    {
        ChangesConcurrency = true,
        Concurrency = concurrency,
        ChangesRate = true,
        Rate = rate,
    });

    protected async Task<Guid[]> SubmitToAsync(string queue, int count)
    {
        NewJob[] jobs = [.. SomeJobs(count).Select(job => job with { Queue = queue })];
        await SubmitAllAsync(jobs);
        return [.. jobs.Select(job => job.Guid)];
    }

    protected async Task EndAllAsync(IEnumerable<ClaimedJob> runs, RunEnd? end = null)
    {
        foreach (var run in runs)
        {
            await EndAsync(run, end ?? Some.Finished);
        }
    }

    protected async Task<(int Claimed, TimeSpan? HeldFor)> ClaimedAndHeldAsync(int limit = 1_000, string operation = "app.delete")
    {
        var exchange = await Store.SettleAndClaimAsync([], Wanted(limit, operations: [operation]), Cancellation);
        return (exchange.Claimed.Count, exchange.HeldFor);
    }

    protected async Task<List<ClaimedJob>> ClaimUntilEmptyAsync()
    {
        var all = new List<ClaimedJob>();
        while (await ClaimAsync(limit: 5) is { Count: > 0 } some)
        {
            all.AddRange(some);
        }

        return all;
    }
}
