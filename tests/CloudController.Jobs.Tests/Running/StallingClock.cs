using Microsoft.Extensions.Time.Testing;

namespace CloudController.Jobs.Tests.Running;

/// <summary>A clock of a process that once stands still for a minute, between having looked how long to wait and setting the timer for it.</summary>
internal sealed class StallingClock(DateTimeOffset start, TimeSpan stallsAt) : FakeTimeProvider(start)
{
    private int stalls;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime == stallsAt && Interlocked.Exchange(ref stalls, 1) == 0)
            Advance(TimeSpan.FromMinutes(1));

        return base.CreateTimer(callback, state, dueTime, period);
    }
}
