using CloudController.Jobs.Storage;

namespace CloudController.Jobs.AspNetCore.V3.Waiting;

/// <summary>Jobs that a request waits for. After each change only those that changed are read again.</summary>
internal sealed class AwaitedJobs : IDisposable
{
    private readonly IJobStore store;
    private readonly Dictionary<Guid, JobPhase> phases;
    private readonly Dictionary<Guid, Followed> open;

    private AwaitedJobs(IJobStore store, JobSignals signals, IReadOnlyList<Job> jobs)
    {
        this.store = store;
        phases = jobs.ToDictionary(job => job.Guid, job => job.Lifecycle.Phase);
        open = jobs.Where(job => !job.Lifecycle.Phase.IsTerminal()).ToDictionary(job => job.Guid, job => new Followed(signals.Watch(job.Guid)));
    }

    /// <summary>Where each job stands; one that was deleted meanwhile is left out.</summary>
    public IReadOnlyDictionary<Guid, JobPhase> Phases => phases;

    /// <summary>Follows jobs that were read just now.</summary>
    public static async Task<AwaitedJobs> FollowAsync(
        IReadOnlyList<Job> jobs, IJobStore store, JobSignals signals, CancellationToken cancellationToken)
    {
        var awaited = new AwaitedJobs(store, signals, jobs);
        try
        {
            // They may have changed between that read and the first watch.
            await awaited.ReadAsync([.. awaited.open.Keys], cancellationToken);
            return awaited;
        }
        catch
        {
            awaited.Dispose();
            throw;
        }
    }

    /// <summary>Whether the wait has come to its end.</summary>
    public bool Satisfies(WaitUntil until) => open.Count == 0 || until switch
    {
        WaitUntil.All => false,
        WaitUntil.Any => open.Count < phases.Count,
        WaitUntil.FirstFailure => phases.Values.Any(phase => phase.IsTerminal() && phase != JobPhase.Finished),
        _ => throw new ArgumentOutOfRangeException(nameof(until), until, "Not a wait."),
    };

    /// <summary>Waits until one of the open jobs changes.</summary>
    public async Task WaitAsync(TimeSpan longest, TimeProvider clock, CancellationToken cancellationToken)
    {
        var change = Task.WhenAny(open.Values.Select(followed => followed.NextChange));
        await ((Task)change).WaitAsync(longest, clock, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Reads those that changed.</summary>
    public Task ReadAsync(CancellationToken cancellationToken)
    {
        List<Guid> changed = [.. open.Where(job => job.Value.NextChange.IsCompleted).Select(job => job.Key)];
        foreach (var guid in changed)
            open[guid].Renew();

        return changed.Count == 0 ? Task.CompletedTask : ReadAsync(changed, cancellationToken);
    }

    public void Dispose()
    {
        foreach (var followed in open.Values)
            followed.Dispose();
    }

    private async Task ReadAsync(List<Guid> guids, CancellationToken cancellationToken)
    {
        var found = (await store.FindManyAsync(guids, cancellationToken)).ToDictionary(job => job.Guid, job => job.Lifecycle.Phase);
        foreach (var guid in guids)
        {
            if (found.TryGetValue(guid, out var phase))
                phases[guid] = phase;
            else
                phases.Remove(guid);

            if ((!found.ContainsKey(guid) || phase.IsTerminal()) && open.Remove(guid, out var followed))
                followed.Dispose();
        }
    }

    private sealed class Followed(JobWatch watch) : IDisposable
    {
        public Task NextChange { get; private set; } = watch.NextChange;

        public void Renew() => NextChange = watch.NextChange;

        public void Dispose() => watch.Dispose();
    }
}
