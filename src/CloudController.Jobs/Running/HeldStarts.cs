using CloudController.Jobs.Storage;

namespace CloudController.Jobs.Running;

/// <summary>Wakes those who look for work on this node when a queue's rate lets its next job start: whoever was held back knows when that is, and no commit
/// tells of it.</summary>
internal sealed class HeldStarts : IDisposable
{
    private readonly JobSignals signals;
    private readonly TimeProvider time;
    private readonly ITimer timer;
    private readonly Lock gate = new();
    private DateTimeOffset? next;

    public HeldStarts(JobSignals signals, TimeProvider time)
    {
        (this.signals, this.time) = (signals, time);
        timer = time.CreateTimer(static starts => ((HeldStarts)starts!).Wake(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>A claim was held back for so long; <see langword="null"/>: it was not.</summary>
    public void Heed(TimeSpan? heldFor)
    {
        if (heldFor is not { } wait)
        {
            return;
        }

        lock (gate)
        {
            var at = time.GetUtcNow() + wait;
            if (next <= at)
            {
                return;
            }

            next = at;

            // Rounded up: one that fires early would find itself held back again.
            timer.Change(TimeSpan.FromMilliseconds(Math.Max(1, Math.Ceiling(wait.TotalMilliseconds))), Timeout.InfiniteTimeSpan);
        }
    }

    public void Dispose() => timer.Dispose();

    private void Wake()
    {
        lock (gate)
        {
            next = null;
        }

        signals.PublishWork();
    }
}
