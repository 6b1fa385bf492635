using CloudController.Jobs.Storage;

namespace CloudController.Jobs.Leasing;

/// <summary>Tells the store which workers elsewhere are live: by every call of theirs.</summary>
internal sealed class WorkerSigns(IJobStore store, TimeSpan lease)
{
    /// <summary>How long a worker may be silent between two calls when it neither waits nor works.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromMinutes(1);

    /// <summary>A worker asks for jobs, and may be silent while it waits and until its first heartbeat is due.</summary>
    public Task AsksAsync(JobOwner holder, LeaseRequest request, CancellationToken cancellationToken)
    {
        var liveFor = request.Wait + (lease > Silence ? lease : Silence);
        var serves = new WorkerServes(request.Queues, request.Operations, Version: null);
        return store.SawWorkerAsync(new WorkerSeen(request.Worker, holder, liveFor) { Serves = serves }, cancellationToken);
    }

    /// <summary>Workers work on jobs, or just have.</summary>
    public async Task WorksAsync(IEnumerable<ClaimedJob> runs, CancellationToken cancellationToken)
    {
        foreach (var (worker, holder) in runs.Select(run => (run.Worker, run.Holder)).Distinct())
        {
            await store.SawWorkerAsync(new WorkerSeen(worker ?? "", holder, lease > Silence ? lease : Silence), cancellationToken);
        }
    }
}
