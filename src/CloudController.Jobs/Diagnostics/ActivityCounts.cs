using CloudController.Jobs.Storage;

namespace CloudController.Jobs.Diagnostics;

/// <summary>Counts what happens on this node, by the minute, until that is written to the store.</summary>
internal sealed class ActivityCounts(TimeProvider time)
{
    /// <summary>While the store is out of reach no more is remembered.</summary>
    private const int MostMinutes = 1_000;

    private readonly Lock gate = new();
    private readonly Dictionary<long, Tally> minutes = [];
    private Tally? latest;

    /// <summary>A run began.</summary>
    /// <param name="delay">How long it had waited from when it could run.</param>
    public void PickedUp(TimeSpan delay)
    {
        lock (gate)
        {
            Now()?.Add(finished: 0, failed: 0, pickedUp: 1, delay, delay);
        }
    }

    /// <summary>A run finished its job.</summary>
    public void Finished()
    {
        lock (gate)
        {
            Now()?.Add(finished: 1, failed: 0, pickedUp: 0, TimeSpan.Zero, TimeSpan.Zero);
        }
    }

    /// <summary>A run failed, timed out or was lost.</summary>
    public void Failed()
    {
        lock (gate)
        {
            Now()?.Add(finished: 0, failed: 1, pickedUp: 0, TimeSpan.Zero, TimeSpan.Zero);
        }
    }

    /// <summary>What was counted since the last time.</summary>
    public IReadOnlyList<ActivityMinute> Take()
    {
        lock (gate)
        {
            ActivityMinute[] taken = [.. minutes.Values.OrderBy(tally => tally.Minute).Select(tally => tally.ToMinute())];
            minutes.Clear();
            latest = null;
            return taken;
        }
    }

    /// <summary>Adds to a minute.</summary>
    public void Add(ActivityMinute more)
    {
        lock (gate)
        {
            At(more.Minute.Ticks / TimeSpan.TicksPerMinute)?.Add(more.Finished, more.Failed, more.PickedUp, more.PickupDelay, more.LongestPickupDelay);
        }
    }

    private Tally? Now() => At(time.GetUtcNow().Ticks / TimeSpan.TicksPerMinute);

    private Tally? At(long minute)
    {
        if (latest?.Minute == minute)
        {
            return latest;
        }

        if (!minutes.TryGetValue(minute, out var tally) && minutes.Count < MostMinutes)
        {
            minutes.Add(minute, tally = new Tally(minute));
        }

        return latest = tally;
    }

    private sealed class Tally(long minute)
    {
        private long finished;
        private long failed;
        private long pickedUp;
        private TimeSpan pickupDelay;
        private TimeSpan longestPickupDelay;

        public long Minute => minute;

        public void Add(long finished, long failed, long pickedUp, TimeSpan pickupDelay, TimeSpan longestPickupDelay)
        {
            this.finished += finished;
            this.failed += failed;
            this.pickedUp += pickedUp;
            this.pickupDelay += pickupDelay;
            this.longestPickupDelay = this.longestPickupDelay > longestPickupDelay ? this.longestPickupDelay : longestPickupDelay;
        }

        public ActivityMinute ToMinute() =>
            new(new DateTimeOffset(minute * TimeSpan.TicksPerMinute, TimeSpan.Zero), finished, failed, pickedUp, pickupDelay, longestPickupDelay);
    }
}
