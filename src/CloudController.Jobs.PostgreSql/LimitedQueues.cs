using System.Collections.Frozen;
using System.Diagnostics;

namespace CloudController.Jobs.PostgreSql;

/// <summary>Which queues have limits, as far as this node has read. Only what it costs depends on that: a claim that does not know of a limit leaves its
/// queue alone, as the statement itself looks.</summary>
internal sealed class LimitedQueues
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    private volatile FrozenDictionary<string, bool> known = FrozenDictionary<string, bool>.Empty;
    private volatile bool changed;
    private long foundAt;

    /// <summary>Whether there are any, or may be.</summary>
    public bool Any => changed || known.Count > 0;

    /// <summary>Whether it was read longer than a second ago.</summary>
    public bool IsOld => Stopwatch.GetElapsedTime(Volatile.Read(ref foundAt)) > Fresh;

    /// <summary>Whether a queue limits how many of its jobs run at once.</summary>
    public bool HaveConcurrency(string queue) => known.GetValueOrDefault(queue);

    /// <summary>A limit was changed here.</summary>
    public void Changed() => changed = true;

    /// <summary>They were read.</summary>
    /// <param name="limits">By queue: whether it limits how many of its jobs run at once.</param>
    public void Found(IReadOnlyDictionary<string, bool> limits)
    {
        changed = false;
        Volatile.Write(ref foundAt, Stopwatch.GetTimestamp());
        if (limits.Count > 0 || known.Count > 0)
        {
            known = limits.ToFrozenDictionary(StringComparer.Ordinal);
        }
    }
}
