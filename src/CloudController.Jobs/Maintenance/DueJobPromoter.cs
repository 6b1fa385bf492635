using System.Threading.Channels;
using CloudController.Jobs.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CloudController.Jobs.Maintenance;

/// <summary>Makes jobs claimable when their time has come, and expires those that had not started in theirs. Sleeps until the next one falls due.</summary>
internal sealed class DueJobPromoter(IJobStore store, JobSignals signals, TimeProvider time, ILogger<DueJobPromoter> logger) : BackgroundService
{
    private const int Batch = 1_000;

    private readonly Channel<DateTimeOffset> sooner = Channel.CreateBounded<DateTimeOffset>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });

    private long nextDueTicks = long.MaxValue;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        signals.FallsDue += Heed;
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                await Periodic.PassAsync("promote", RunOnceAsync, time, logger, stoppingToken);
                await SleepAsync(stoppingToken);
            }
        }
        finally
        {
            signals.FallsDue -= Heed;
        }
    }

    /// <summary>Promotes all that is due now.</summary>
    internal async Task RunOnceAsync(CancellationToken cancellationToken)
    {
        Volatile.Write(ref nextDueTicks, long.MaxValue);
        DueResult result;
        do
        {
            result = await store.PromoteDueAsync(Batch, cancellationToken);
        }
        while (result.Moved >= Batch);

        if (result.NextDueAt is { } next)
        {
            Heed(next);
        }
    }

    // Only an instant earlier than the one it already sleeps for is worth waking up for.
    private void Heed(DateTimeOffset at)
    {
        var ticks = at.UtcTicks;
        var known = Volatile.Read(ref nextDueTicks);
        while (ticks < known)
        {
            var seen = Interlocked.CompareExchange(ref nextDueTicks, ticks, known);
            if (seen == known)
            {
                sooner.Writer.TryWrite(at);
                return;
            }

            known = seen;
        }
    }

    private async Task SleepAsync(CancellationToken stoppingToken)
    {
        sooner.Reader.TryRead(out _);
        var (start, longest) = (time.GetTimestamp(), store.LookEvery);
        while (!stoppingToken.IsCancellationRequested)
        {
            var next = Volatile.Read(ref nextDueTicks);
            var untilDue = next == long.MaxValue ? longest : TimeSpan.FromTicks(next - time.GetUtcNow().UtcTicks);
            var left = longest - time.GetElapsedTime(start);
            var sleep = untilDue < left ? untilDue : left;
            if (sleep <= TimeSpan.Zero)
            {
                return;
            }

            using var wait = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);

            // Rounded up: a timer that fires early would find nothing due and spin.
            var slept = Task.Delay(TimeSpan.FromMilliseconds(Math.Ceiling(sleep.TotalMilliseconds)), time, wait.Token);

            // What fell due before the timer was set, as the process stood still perhaps, does not wait for it.
            var isLate = time.GetUtcNow().UtcTicks >= next;
            var first = isLate ? slept : await Task.WhenAny(slept, sooner.Reader.WaitToReadAsync(wait.Token).AsTask());
            await wait.CancelAsync();
            sooner.Reader.TryRead(out _);
            if (first == slept)
            {
                return;
            }
        }
    }
}
