using System.Threading.Tasks.Sources;

namespace CloudController.Jobs.AspNetCore.V3.Events;

/// <summary>Wakes one follower, who then looks for itself; rings before it looks count as one. It waits again and again without allocating.</summary>
internal sealed class Bell : IValueTaskSource
{
    private const int Silent = 0;
    private const int Rung = 1;
    private const int AwaitsRing = 2;

    private ManualResetValueTaskSourceCore<bool> ring = new() { RunContinuationsAsynchronously = true };
    private int state;
    private int signOfLifeDue;

    public void Ring()
    {
        if (Interlocked.Exchange(ref state, Rung) == AwaitsRing)
            ring.SetResult(true);
    }

    /// <summary>Rings for nothing but a sign of life.</summary>
    public void RingForSignOfLife()
    {
        Volatile.Write(ref signOfLifeDue, 1);
        Ring();
    }

    /// <summary>Waits for a ring. One waits at a time. Look for changes afterwards, not before.</summary>
    public ValueTask WaitAsync()
    {
        ring.Reset();
        if (Interlocked.CompareExchange(ref state, AwaitsRing, Silent) == Silent)
            return new ValueTask(this, ring.Version);

        Volatile.Write(ref state, Silent);
        return ValueTask.CompletedTask;
    }

    /// <summary>Waits for a ring, at most so long.</summary>
    public async ValueTask WaitAsync(TimeSpan longest, TimeProvider clock)
    {
        using var timer = clock.CreateTimer(static bell => ((Bell)bell!).Ring(), this, longest, Timeout.InfiniteTimeSpan);
        await WaitAsync();
    }

    /// <summary>Whether a sign of life has been asked for since the last call.</summary>
    public bool TakeSignOfLife() => Interlocked.Exchange(ref signOfLifeDue, 0) == 1;

    void IValueTaskSource.GetResult(short token)
    {
        // What rang until now is seen by whoever looks next.
        Volatile.Write(ref state, Silent);
        ring.GetResult(token);
    }

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => ring.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? with, short token, ValueTaskSourceOnCompletedFlags flags) =>
        ring.OnCompleted(continuation, with, token, flags);
}
