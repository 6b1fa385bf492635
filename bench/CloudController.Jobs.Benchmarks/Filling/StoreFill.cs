using CloudController.Jobs.Storage;

namespace CloudController.Jobs.Benchmarks.Filling;

/// <summary>Puts many jobs into a store through its own verbs, a thousand a commit.</summary>
internal static class StoreFill
{
    private const int Bulk = 1_000;
    private static readonly JobOwner Owner = new("", "bench");

    /// <summary>Jobs that wait to be claimed.</summary>
    public static Task QueuedAsync(IJobStore store, string operation, int count) =>
        SubmitAsync(store, operation, count, runAt: null, static _ => { });

    /// <summary>Jobs whose time comes tomorrow.</summary>
    public static Task ScheduledAsync(IJobStore store, string operation, int count) =>
        SubmitAsync(store, operation, count, DateTimeOffset.UtcNow.AddDays(1), static _ => { });

    /// <summary>Jobs that ran and finished; each guid is told.</summary>
    public static async Task FinishedAsync(OpenStore open, string operation, int count, Action<Guid> seen)
    {
        var claim = new ClaimRequest("bench", [operation], null, Bulk, TimeSpan.FromMinutes(1));
        for (var done = 0; done < count; done += Bulk)
        {
            await SubmitAsync(open.Store, operation, Math.Min(Bulk, count - done), runAt: null, seen);
            var claimed = await open.Store.SettleAndClaimAsync([], claim, CancellationToken.None);
            Settlement[] ends = [.. claimed.Claimed.Select(job => open.Ends.Settle(job, new RunEnd.Finished(), RunReport.None))];
            await open.Store.SettleAndClaimAsync(ends, null, CancellationToken.None);
        }
    }

    private static async Task SubmitAsync(IJobStore store, string operation, int count, DateTimeOffset? runAt, Action<Guid> seen)
    {
        for (var done = 0; done < count; done += Bulk)
        {
            var jobs = new NewJob[Math.Min(Bulk, count - done)];
            for (var i = 0; i < jobs.Length; i++)
            {
                jobs[i] = New(operation, runAt);
                seen(jobs[i].Guid);
            }

            if (await store.SubmitAsync(jobs, int.MaxValue, CancellationToken.None) is not Submission.Accepted)
                throw new InvalidOperationException("The store refused jobs.");
        }
    }

    private static NewJob New(string operation, DateTimeOffset? runAt)
    {
        var now = DateTimeOffset.UtcNow;
        return new NewJob
        {
            Guid = JobGuid.New(now),
            CreatedAt = now,
            Operation = operation,
            Arguments = SomeArguments.Utf8,
            Owner = Owner,
            RunAt = runAt,
        };
    }
}
