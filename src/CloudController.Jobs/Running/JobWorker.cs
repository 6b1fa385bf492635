using System.Collections.Concurrent;
using System.Threading.Channels;
using CloudController.Jobs.Diagnostics;
using CloudController.Jobs.Handlers;
using CloudController.Jobs.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CloudController.Jobs.Running;

/// <summary>Claims as many jobs as there are free slots, and writes how runs ended together with the next claim. As long as claims fill up, two such
/// exchanges are under way: while the store works at one, the other's jobs run.</summary>
internal sealed class JobWorker(
    IJobStore store,
    JobSignals signals,
    HandlerRegistry handlers,
    RunningJobs running,
    JobRunner runner,
    RunEnds ends,
    HeldStarts held,
    JobMetrics metrics,
    IOptions<WorkerOptions> options,
    WorkerIdentity identity,
    TimeProvider time,
    ILogger<JobWorker> logger) : BackgroundService, IHostedLifecycleService
{
    private static readonly TimeSpan PauseAfterFault = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(5);
    private const int MaxEndsAtOnce = 5_000;
    private const int Few = 16;

    private readonly QueuePlan queues = PlanOf(options.Value);
    private readonly ConcurrentQueue<Settlement> ended = new();
    private readonly Channel<bool> wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly Channel<bool> helps = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly TaskCompletionSource hostStarted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock claiming = new();
    private int claimed;
    private int exchanging;
    private volatile bool mayHaveWork = true;
    private volatile bool hasBacklog;

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Lets it claim. Not earlier: a start that fails, with an address in use perhaps, leaves no run behind.</summary>
    public Task StartedAsync(CancellationToken cancellationToken)
    {
        hostStarted.TrySetResult();
        return Task.CompletedTask;
    }

    /// <summary>Drains before anything else stops, so that the jobs that still run can be followed meanwhile.</summary>
    public Task StoppingAsync(CancellationToken cancellationToken) => StopAsync(cancellationToken);

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!options.Value.Enabled || handlers.Operations.Count == 0)
        {
            return;
        }

        await hostStarted.Task.WaitAsync(stoppingToken);
        signals.WorkAppeared += Wake;
        var second = HelpAsync(stoppingToken);
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                if (!IsWorthWaiting)
                {
                    await RunOnceAsync(claims: true);
                }

                await WaitAsync(stoppingToken);
            }

            await second;
            await DrainAsync();
        }
        finally
        {
            signals.WorkAppeared -= Wake;
        }
    }

    /// <summary>One exchange with the store: the ends that wait, and as many claims as there are free slots.</summary>
    internal async Task RunOnceAsync(bool claims)
    {
        var batch = TakeEnded();
        var claim = claims && (mayHaveWork || hasBacklog) ? NextClaim() : null;
        if (batch.Count == 0 && claim is null)
        {
            return;
        }

        Interlocked.Increment(ref exchanging);
        if (claim is not null)
        {
            // Before the claim, so that work which appears during it is looked for again.
            mayHaveWork = false;
        }

        try
        {
            var askedAt = time.GetTimestamp();
            var exchange = await store.SettleAndClaimAsync(batch, claim, CancellationToken.None);
            Account(batch, exchange.Ends);
            foreach (var job in exchange.Claimed)
            {
                runner.Start(job, askedAt, Ended);
            }

            held.Heed(exchange.HeldFor);
            hasBacklog = claim is null ? hasBacklog : exchange.More;
            if (exchange.More)
            {
                Wake();
                helps.Writer.TryWrite(true);
            }
        }
        catch (Exception exception)
        {
            // The border round one pass. Ends are kept and sent again: the fence makes that harmless if they had been written after all.
            logger.ExchangeFailed(batch.Count, exception);
            foreach (var settlement in batch)
            {
                ended.Enqueue(settlement);
            }

            (mayHaveWork, hasBacklog) = (true, false);
            await Task.Delay(PauseAfterFault, time, CancellationToken.None);
            Wake();
        }
        finally
        {
            Interlocked.Add(ref claimed, -(claim?.Limit ?? 0));
            Interlocked.Decrement(ref exchanging);

            // Whoever was woken meanwhile has waited for this, or had no slot free of those that this claim had taken.
            if (mayHaveWork || !ended.IsEmpty)
            {
                Wake();
            }
        }
    }

    // The second exchange: only under a backlog, and only for as much as is worth a round trip.
    private async Task HelpAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (await helps.Reader.ReadAsync(stoppingToken))
            {
                if (hasBacklog && (IsMuch(ended.Count) || IsMuch(Free)))
                {
                    await RunOnceAsync(claims: true);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Draining is for the first alone.
        }
    }

    private async Task WaitAsync(CancellationToken stoppingToken)
    {
        if (wake.Reader.TryRead(out _))
        {
            return;
        }

        using var poll = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        var signalled = wake.Reader.WaitToReadAsync(poll.Token).AsTask();
        if (!signalled.IsCompleted)
        {
            await Task.WhenAny(signalled, Task.Delay(store.LookEvery, time, poll.Token));
        }

        if (!wake.Reader.TryRead(out _))
        {
            mayHaveWork = true;
        }

        await poll.CancelAsync();
    }

    private void Wake()
    {
        mayHaveWork = true;
        wake.Writer.TryWrite(true);
    }

    private List<Settlement> TakeEnded()
    {
        var batch = new List<Settlement>();
        while (batch.Count < MaxEndsAtOnce && ended.TryDequeue(out var settlement))
        {
            batch.Add(settlement);
        }

        return batch;
    }

    private int Free => options.Value.Concurrency - running.Count - Volatile.Read(ref claimed);

    private int Half => (options.Value.Concurrency + 1) / 2;

    private bool IsMuch(int jobs) => jobs >= Math.Max(Few, options.Value.Concurrency / 2);

    // Under a backlog little waits until the exchange under way is back, so that batches which have split come together again.
    private bool IsWorthWaiting => hasBacklog && Volatile.Read(ref exchanging) > 0 && !IsMuch(ended.Count) && !IsMuch(Free);

    // At most half of the slots at once: one half runs while the other's ends are written. What is asked for is taken until it runs.
    private ClaimRequest? NextClaim()
    {
        lock (claiming)
        {
            var free = Math.Min(Free, Half);
            if (free <= 0)
            {
                return null;
            }

            Interlocked.Add(ref claimed, free);
            return new ClaimRequest(identity.Name, handlers.Operations, queues.Next(), free, TimeSpan.FromSeconds(options.Value.LeaseSeconds));
        }
    }

    private void Ended(Settlement? settlement)
    {
        if (settlement is not null)
        {
            ended.Enqueue(settlement);
        }

        // Seen by the exchange when it is back, which looks after it is counted out.
        mayHaveWork = true;
        Interlocked.MemoryBarrier();
        if (IsWorthWaiting)
        {
            return;
        }

        Wake();
        if (hasBacklog && IsMuch(ended.Count))
        {
            helps.Writer.TryWrite(true);
        }
    }

    private void Account(List<Settlement> batch, IReadOnlyList<SettleResult> results)
    {
        for (var i = 0; i < batch.Count; i++)
        {
            if (results[i] == SettleResult.LeaseLost)
            {
                logger.EndRefused(batch[i].Job, batch[i].End.OutcomeName, batch[i].RequestId);
            }

            metrics.Ended(batch[i], results[i]);
        }
    }

    // No new claims; what runs may go on for a while, then it is stopped and goes back to its queue.
    private async Task DrainAsync()
    {
        logger.Draining(running.Count, options.Value.DrainTimeoutSeconds);
        await SettleUntilIdleAsync(TimeSpan.FromSeconds(options.Value.DrainTimeoutSeconds));
        foreach (var run in running.Snapshot())
        {
            run.Stop(StopReason.Draining);
        }

        await SettleUntilIdleAsync(StopGrace);
        foreach (var run in running.Snapshot())
        {
            if (running.Remove(run))
            {
                using var logScope = logger.BeginScope(new JobLogScope(run.Job));
                logger.RunIgnoredStop(run.Job.Guid, run.Job.Operation);
                ended.Enqueue(ends.Settle(run.Claimed, new RunEnd.Released(TimeSpan.Zero), run.Reporter.Take()));
            }
        }

        await RunOnceAsync(claims: false);
        logger.Drained();
    }

    private async Task SettleUntilIdleAsync(TimeSpan patience)
    {
        var start = time.GetTimestamp();
        while (!(running.IsEmpty && ended.IsEmpty) && time.GetElapsedTime(start) < patience)
        {
            await RunOnceAsync(claims: false);
            using var wait = new CancellationTokenSource(TimeSpan.FromMilliseconds(100), time);
            try
            {
                await wake.Reader.ReadAsync(wait.Token);
            }
            catch (OperationCanceledException)
            {
                // Time to look at the clock again.
            }
        }

        await RunOnceAsync(claims: false);
    }

    // Checked when the settings were.
    private static QueuePlan PlanOf(WorkerOptions options) =>
        QueuePlan.TryParse(options.Queues, out var plan) is { } whyNot ? throw new InvalidOperationException($"Worker:Queues {whyNot}.") : plan;
}
