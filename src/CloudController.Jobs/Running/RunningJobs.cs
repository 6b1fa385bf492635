using System.Collections.Concurrent;

namespace CloudController.Jobs.Running;

/// <summary>The runs of this process: those whose leases it keeps.</summary>
internal sealed class RunningJobs
{
    private readonly ConcurrentDictionary<Guid, Run> byJob = new();
    private int count;
    private int ending;

    /// <summary>How many slots are taken.</summary>
    public int Count => Volatile.Read(ref count);

    public void Add(Run run)
    {
        Interlocked.Increment(ref count);

        // A run that lost its lease may still be stopping when its job comes back here: it no longer holds the lease, so the new one takes its place.
        byJob[run.Job.Guid] = run;
    }

    /// <summary>Frees the run's slot, once.</summary>
    public bool Remove(Run run)
    {
        if (!run.TryLeave())
        {
            return false;
        }

        byJob.TryRemove(new KeyValuePair<Guid, Run>(run.Job.Guid, run));
        Interlocked.Decrement(ref count);
        return true;
    }

    /// <summary>From now on, slot or none, a run's end is on its way to be written.</summary>
    public void BeginEnd() => Interlocked.Increment(ref ending);

    /// <summary>The end has been handed over.</summary>
    public void CompleteEnd() => Interlocked.Decrement(ref ending);

    public bool TryFind(Guid job, out Run? run) => byJob.TryGetValue(job, out run);

    public ICollection<Run> Snapshot() => byJob.Values;

    /// <summary>Whether nothing runs, and no end of a run is still to be handed over.</summary>
    public bool IsEmpty => Count == 0 && Volatile.Read(ref ending) == 0;
}
