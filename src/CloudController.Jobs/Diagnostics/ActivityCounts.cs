using CloudController.Jobs.Storage;

namespace CloudController.Jobs.Diagnostics;

/// <summary>Counts what happens on this node, by the minute, until that is written to the store.</summary>
internal sealed class ActivityCounts(TimeProvider time)
{
    /// <summary>While the store is out of reach no more is remembered.</summary>
    private const int MostMinutes = 1_000;

    private readonly Lock gate = new();
    private readonly Dictionary<DateTimeOffset, ActivityMinute> minutes = [];

    /// <summary>A run began.</summary>
    /// <param name="delay">How long it had waited from when it could run.</param>
    public void PickedUp(TimeSpan delay) => Add(Now() with { PickedUp = 1, PickupDelay = delay, LongestPickupDelay = delay });

    /// <summary>A run finished its job.</summary>
    public void Finished() => Add(Now() with { Finished = 1 });

    /// <summary>A run failed, timed out or was lost.</summary>
    public void Failed() => Add(Now() with { Failed = 1 });

    /// <summary>What was counted since the last time.</summary>
    public IReadOnlyList<ActivityMinute> Take()
    {
        lock (gate)
        {
            ActivityMinute[] taken = [.. minutes.Values.OrderBy(minute => minute.Minute)];
            minutes.Clear();
            return taken;
        }
    }

    /// <summary>Adds to a minute.</summary>
    public void Add(ActivityMinute more)
    {
        lock (gate)
        {
            if (minutes.TryGetValue(more.Minute, out var known))
            {
                minutes[more.Minute] = new ActivityMinute(
                    more.Minute,
                    known.Finished + more.Finished,
                    known.Failed + more.Failed,
                    known.PickedUp + more.PickedUp,
                    known.PickupDelay + more.PickupDelay,
                    known.LongestPickupDelay > more.LongestPickupDelay ? known.LongestPickupDelay : more.LongestPickupDelay);
            }
            else if (minutes.Count < MostMinutes)
            {
                minutes.Add(more.Minute, more);
            }
        }
    }

    private ActivityMinute Now()
    {
        var now = time.GetUtcNow();
        return new ActivityMinute(new DateTimeOffset(now.Ticks - (now.Ticks % TimeSpan.TicksPerMinute), TimeSpan.Zero), 0, 0, 0, TimeSpan.Zero, TimeSpan.Zero);
    }
}
