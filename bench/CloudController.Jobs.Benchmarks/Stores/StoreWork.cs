using CloudController.Jobs.Errors;
using CloudController.Jobs.Storage;

namespace CloudController.Jobs.Benchmarks.Stores;

/// <summary>What is asked of a store, whichever it is.</summary>
internal static class StoreWork
{
    private static readonly RunEndRules Rules = new(
        Backoff.Default, 3, 0.5, WellKnownErrors.JobTimeout(ErrorCatalog.BuiltIn), WellKnownErrors.JobCancelled(ErrorCatalog.BuiltIn),
        WellKnownErrors.JobWorkerLost(ErrorCatalog.BuiltIn));

    private static readonly JobOwner Owner = new("", "bench");

    /// <summary>So many callers submit one job after another.</summary>
    public static async Task<Rate> SubmitAsync(IJobStore store, int jobs, int callers)
    {
        var left = jobs;
        var meter = new Rate.Meter();
        await Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(async () =>
        {
            while (Interlocked.Decrement(ref left) >= 0)
            {
                await store.SubmitAsync([NewJob()], int.MaxValue, CancellationToken.None);
            }
        })));
        return meter.Of(jobs);
    }

    /// <summary>One caller submits so many jobs at once.</summary>
    public static async Task<Rate> FillAsync(IJobStore store, int jobs, int batch)
    {
        var meter = new Rate.Meter();
        for (var done = 0; done < jobs; done += batch)
        {
            await store.SubmitAsync([.. Enumerable.Range(0, batch).Select(_ => NewJob())], int.MaxValue, CancellationToken.None);
        }

        return meter.Of(jobs);
    }

    /// <summary>So many workers end a batch and claim the next until there is nothing left.</summary>
    public static async Task<Rate> ProcessAsync(IJobStore store, int batch, int workers)
    {
        var meter = new Rate.Meter();
        var done = await Task.WhenAll(Enumerable.Range(0, workers).Select(_ => Task.Run(() => WorkAsync(store, batch))));
        return meter.Of(done.Sum());
    }

    /// <summary>Ends a batch and claims the next until there is nothing left.</summary>
    public static async Task<int> WorkAsync(IJobStore store, int batch, Action<int>? ended = null)
    {
        var request = new ClaimRequest("bench", new HashSet<string> { "app.delete" }, null, batch, TimeSpan.FromSeconds(30));
        var done = 0;
        IReadOnlyList<Settlement> ends = [];
        while (true)
        {
            var exchange = await store.SettleAndClaimAsync(ends, request, CancellationToken.None);
            var written = exchange.Ends.Count(end => end == SettleResult.Written);
            done += written;
            ended?.Invoke(written);
            if (exchange.Claimed.Count == 0)
            {
                return done;
            }

            var now = TimeProvider.System.GetUtcNow();
            ends = [.. exchange.Claimed.Select(run => End(run, now))];
        }
    }

    private static Settlement End(ClaimedJob run, DateTimeOffset now)
    {
        var next = run.Job.Lifecycle.End(new RunEnd.Finished(), now, Rules)!;
        return new Settlement { Lease = run.Lease, Job = run.Job.Guid, End = new RunEnd.Finished(), Next = next, NextIfCancelled = next };
    }

    /// <summary>Statuses by guid, one after another.</summary>
    public static async Task<Rate> ReadAsync(IJobStore store, int reads)
    {
        var guids = (await store.ListAsync(JobFilter.None, default, 0, 5_000, CancellationToken.None)).Jobs.Select(job => job.Guid).ToArray();
        var random = new Random(1);
        var meter = new Rate.Meter();
        for (var read = 0; read < reads; read++)
        {
            _ = await store.FindStatusAsync(guids[random.Next(guids.Length)], CancellationToken.None);
        }

        return meter.Of(reads);
    }

    private static NewJob NewJob()
    {
        var now = TimeProvider.System.GetUtcNow();
        return new NewJob
        {
            Guid = JobGuid.New(now),
            CreatedAt = now,
            Operation = "app.delete",
            Owner = Owner,
            Arguments = SomeArguments.Utf8,
        };
    }
}
