using System.Threading.Channels;
using CloudController.Jobs.Diagnostics;
using CloudController.Jobs.Maintenance;
using CloudController.Jobs.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CloudController.Jobs.Callbacks;

/// <summary>Tells the ends of jobs to their receivers. It looks for them every eight seconds, within one of a change on this node, and when a receiver
/// is done with what it had. Of one receiving host it takes a few at a time and the next few only once these are done, so that a slow one holds up nobody
/// but itself; and of one owner's hosts, which may be any number, no more than half of all it tells at once.</summary>
internal sealed class CallbackDeliverer(
    IJobStore store,
    IEnumerable<ICallbackSender> senders,
    JobSignals signals,
    TimeProvider time,
    ILogger<CallbackDeliverer> logger) : BackgroundService
{
    private const int MostAtOnce = 64;
    private const int MostOfHost = 4;
    private const int MostOfOwner = MostAtOnce / 2;
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);

    // Within 10 s of an end on another node (contract §5), and seldom at rest.
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(5);

    // A try, and what it leaves, must be through before another node may take the same end.
    private static readonly TimeSpan Lease = 2 * CallbackSchedule.TryLimit;

    private readonly ICallbackSender? sender = senders.LastOrDefault();
    private readonly CancellationTokenSource ending = new();
    private readonly Channel<bool> freed = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly List<Task> running = [];
    private readonly Lock gate = new();
    private readonly Dictionary<string, int> busyHosts = new(StringComparer.Ordinal);
    private readonly Dictionary<JobOwner, int> busyOwners = [];
    private bool hasNews = true;

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        ending.CancelAfter(StopGrace);
        await Task.WhenAll(running);
    }

    public override void Dispose()
    {
        ending.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (sender is null)
        {
            return;
        }

        using var following = signals.OnJobChanged(_ => Volatile.Write(ref hasNews, true));
        using var timer = new PeriodicTimer(Tick, time);
        var tick = timer.WaitForNextTickAsync(stoppingToken).AsTask();
        var looked = time.GetTimestamp();
        while (!stoppingToken.IsCancellationRequested)
        {
            if (freed.Reader.TryRead(out _) || Volatile.Read(ref hasNews) || time.GetElapsedTime(looked) >= LookEvery)
            {
                Volatile.Write(ref hasNews, false);
                looked = time.GetTimestamp();
                await Periodic.PassAsync("callbacks", RunOnceAsync, time, logger, stoppingToken);
            }

            await Task.WhenAny(tick, freed.Reader.WaitToReadAsync(stoppingToken).AsTask());
            if (tick.IsCompletedSuccessfully)
            {
                tick = timer.WaitForNextTickAsync(stoppingToken).AsTask();
            }
        }
    }

    /// <summary>Begins to tell what is due, as far as there are places.</summary>
    internal async Task RunOnceAsync(CancellationToken cancellationToken)
    {
        running.RemoveAll(delivery => delivery.IsCompleted);
        while (running.Count < MostAtOnce)
        {
            var (hosts, owners) = Busy();
            var due = await store.ClaimCallbacksAsync(Math.Min(MostOfHost, MostAtOnce - running.Count), Lease, hosts, owners, cancellationToken);
            if (due.Count == 0)
            {
                return;
            }

            due.ToList().ForEach(Enter);
            running.AddRange(due.Select(DeliverAsync));
        }
    }

    private async Task DeliverAsync(DueCallback callback)
    {
        await Periodic.PassAsync("callback", limit => DeliverAsync(callback, limit), time, logger, ending.Token);
        Leave(callback);
    }

    private async Task DeliverAsync(DueCallback callback, CancellationToken cancellationToken)
    {
        using var logScope = logger.BeginScope(new JobLogScope(callback.Job));
        var answer = await sender!.SendAsync(callback, cancellationToken);
        var record = CallbackSchedule.After(callback, answer, time.GetUtcNow(), Random.Shared.NextDouble());
        if (!await store.RecordCallbackAsync(record, cancellationToken))
        {
            logger.CallbackTakenOver(callback.Job.Guid);
            return;
        }

        logger.CallbackTried(callback.Job.Guid, answer.Outcome.OutcomeName(), answer.Status);
        if (record.Again is null && answer.Outcome != CallbackOutcome.Delivered)
        {
            logger.CallbackGivenUp(callback.Job.Guid, record.Callbacks[^1].Tries);
        }
    }

    private (string[] Hosts, JobOwner[] Owners) Busy()
    {
        lock (gate)
        {
            return ([.. busyHosts.Keys], [.. busyOwners.Where(owner => owner.Value >= MostOfOwner).Select(owner => owner.Key)]);
        }
    }

    private void Enter(DueCallback callback)
    {
        lock (gate)
        {
            Count(busyHosts, callback.Job.Callback!.Host, 1);
            Count(busyOwners, callback.Job.Owner, 1);
        }
    }

    private void Leave(DueCallback callback)
    {
        lock (gate)
        {
            var ofHost = Count(busyHosts, callback.Job.Callback!.Host, -1);
            var ofOwner = Count(busyOwners, callback.Job.Owner, -1);
            if (ofHost > 0 && ofOwner != MostOfOwner - 1)
            {
                return;
            }
        }

        freed.Writer.TryWrite(true);
    }

    private static int Count<TKey>(Dictionary<TKey, int> busy, TKey key, int change)
        where TKey : notnull
    {
        var count = busy.GetValueOrDefault(key) + change;
        if (count > 0)
        {
            busy[key] = count;
        }
        else
        {
            busy.Remove(key);
        }

        return count;
    }
}
