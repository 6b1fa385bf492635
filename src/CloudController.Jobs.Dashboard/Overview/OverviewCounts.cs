using CloudController.Jobs.Storage;

namespace CloudController.Jobs.Dashboard.Overview;

/// <summary>What the overview counts, the same for all who look at it within two seconds: however many they are, the store counts once.</summary>
internal sealed class OverviewCounts(IJobStore store, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Lasts = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim turn = new(1);
    private Snapshot? last;

    public async ValueTask<Snapshot> GetAsync(CancellationToken stop)
    {
        if (Recent() is { } recent)
            return recent;

        await turn.WaitAsync(stop);
        try
        {
            return Recent() ?? (last = await CountAsync(stop));
        }
        finally
        {
            turn.Release();
        }
    }

    public void Dispose() => turn.Dispose();

    private Snapshot? Recent() => last is { } known && time.GetElapsedTime(known.Taken) < Lasts ? known : null;

    private async Task<Snapshot> CountAsync(CancellationToken stop)
    {
        var taken = time.GetTimestamp();
        return new Snapshot(taken, await store.ListQueuesAsync(stop), await store.ListOperationsAsync(stop), await store.ListWorkersAsync(stop));
    }

    /// <param name="Taken">When the counting began.</param>
    /// <param name="Queues">All queues.</param>
    /// <param name="Operations">All operations.</param>
    /// <param name="Workers">The live workers.</param>
    public sealed record Snapshot(
        long Taken, IReadOnlyList<QueueStatus> Queues, IReadOnlyList<QueueStatus> Operations, IReadOnlyList<WorkerStatus> Workers);
}
