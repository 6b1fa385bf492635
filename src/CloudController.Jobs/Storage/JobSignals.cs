using System.Collections.Concurrent;

namespace CloudController.Jobs.Storage;

/// <summary>One node's feed of changes: stores publish after each commit, whoever follows a job or looks for work is woken. It only wakes, it carries no
/// state: whoever is woken reads the store.</summary>
public sealed class JobSignals
{
    private readonly ConcurrentDictionary<Guid, JobWatch> watches = new();

    private event Action<Guid>? JobChanged;

    /// <summary>Raised after something to claim appeared.</summary>
    public event Action? WorkAppeared;

    /// <summary>Raised after something was put off to an instant, which may be earlier than any known before.</summary>
    public event Action<DateTimeOffset>? FallsDue;

    /// <summary>The jobs that someone on this node follows.</summary>
    internal ICollection<Guid> Followed => watches.Keys;

    /// <summary>Follows one job from now on. Dispose it to stop.</summary>
    public JobWatch Watch(Guid job)
    {
        while (true)
        {
            var watch = watches.GetOrAdd(job, static (guid, signals) => new JobWatch(signals, guid), this);
            if (watch.TryEnter())
            {
                return watch;
            }

            watches.TryRemove(new KeyValuePair<Guid, JobWatch>(job, watch));
        }
    }

    /// <summary>Calls back for every changed job, on the publisher's thread: be brief. Dispose the returned value to stop.</summary>
    public IDisposable OnJobChanged(Action<Guid> callback)
    {
        JobChanged += callback;
        return new Subscription(() => JobChanged -= callback);
    }

    /// <summary>A store committed a change of this job.</summary>
    public void PublishChange(Guid job)
    {
        JobChanged?.Invoke(job);
        if (!watches.IsEmpty && watches.TryGetValue(job, out var watch))
        {
            watch.Signal();
        }
    }

    /// <summary>A store committed something that can be claimed.</summary>
    public void PublishWork() => WorkAppeared?.Invoke();

    /// <summary>A store committed something that falls due later.</summary>
    public void PublishDue(DateTimeOffset at) => FallsDue?.Invoke(at);

    internal void Remove(Guid job, JobWatch watch) => watches.TryRemove(new KeyValuePair<Guid, JobWatch>(job, watch));

    private sealed class Subscription(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}
