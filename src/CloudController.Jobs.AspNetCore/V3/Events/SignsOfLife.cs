using Microsoft.Extensions.Hosting;

namespace CloudController.Jobs.AspNetCore.V3.Events;

/// <summary>Rings every follower's bell each 15 seconds, so that proxies keep its connection and a dead one is noticed. One timer for all, which runs
/// only while someone follows; each second it rings a fifteenth of them. When this process stops it rings them all.</summary>
internal sealed class SignsOfLife : IDisposable
{
    internal const int Seconds = 15;

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private readonly HashSet<Bell>[] slots = [.. Enumerable.Range(0, Seconds).Select(_ => new HashSet<Bell>())];
    private readonly TimeProvider clock;
    private readonly CancellationTokenRegistration stopping;
    private int present;
    private int followers;
    private ITimer? timer;

    public SignsOfLife(TimeProvider clock, IHostApplicationLifetime lifetime)
    {
        this.clock = clock;
        stopping = lifetime.ApplicationStopping.UnsafeRegister(static signs => ((SignsOfLife)signs!).RingAll(), this);
    }

    /// <summary>Rings a bell from now on. Dispose the returned value to stop.</summary>
    public IDisposable For(Bell bell)
    {
        lock (gate)
        {
            // What was rung last comes again in 15 seconds.
            var slot = slots[present];
            slot.Add(bell);
            if (followers++ == 0)
                timer = clock.CreateTimer(static signs => ((SignsOfLife)signs!).Tick(), this, Second, Second);

            return new Subscription(this, slot, bell);
        }
    }

    public void Dispose()
    {
        stopping.Dispose();
        timer?.Dispose();
    }

    private void Tick()
    {
        lock (gate)
        {
            present = (present + 1) % Seconds;
            foreach (var bell in slots[present])
                bell.RingForSignOfLife();
        }
    }

    private void RingAll()
    {
        lock (gate)
        {
            foreach (var bell in slots.SelectMany(slot => slot))
                bell.Ring();
        }
    }

    private void Leave(HashSet<Bell> slot, Bell bell)
    {
        lock (gate)
        {
            if (!slot.Remove(bell) || --followers > 0)
                return;

            timer?.Dispose();
            timer = null;
        }
    }

    private sealed class Subscription(SignsOfLife signs, HashSet<Bell> slot, Bell bell) : IDisposable
    {
        public void Dispose() => signs.Leave(slot, bell);
    }
}
