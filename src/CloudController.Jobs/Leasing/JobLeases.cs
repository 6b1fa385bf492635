using CloudController.Jobs.Diagnostics;
using CloudController.Jobs.Running;
using CloudController.Jobs.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CloudController.Jobs.Leasing;

/// <summary>What workers elsewhere do: they take leases, keep them and end them, each only its own.</summary>
public sealed class JobLeases
{
    private const int ClaimedAtOnce = 100;

    /// <summary>Arguments of about so many bytes are handed out at once, and no more: an answer stands in memory as a whole.</summary>
    private const long MostArgumentBytes = 32 * 1024 * 1024;

    private readonly IJobStore store;
    private readonly WorkLines lines;
    private readonly RunEnds ends;
    private readonly HeldStarts held;
    private readonly WorkerSigns signs;
    private readonly JobMetrics metrics;
    private readonly IHostApplicationLifetime lifetime;
    private readonly TimeProvider time;
    private readonly ILogger<JobLeases> logger;

    internal JobLeases(
        IJobStore store,
        WorkLines lines,
        RunEnds ends,
        HeldStarts held,
        JobMetrics metrics,
        IOptions<WorkerOptions> options,
        IHostApplicationLifetime lifetime,
        TimeProvider time,
        ILogger<JobLeases> logger)
    {
        (this.store, this.lines, this.ends, this.held, this.metrics) = (store, lines, ends, held, metrics);
        (this.lifetime, this.time, this.logger) = (lifetime, time, logger);
        Duration = TimeSpan.FromSeconds(options.Value.LeaseSeconds);
        signs = new WorkerSigns(store, Duration);
    }

    /// <summary>How long a lease holds without a heartbeat (<see cref="WorkerOptions.LeaseSeconds"/>).</summary>
    public TimeSpan Duration { get; }

    /// <summary>Leases jobs to a holder; where there are none, waits for the first.</summary>
    /// <param name="holder">Who alone may use the leases.</param>
    /// <param name="request">What it asks for.</param>
    /// <param name="gone">The worker went away: leases that it can no longer learn of are given back.</param>
    /// <returns>In the order in which they should start; none once the wait is over, or this process stops.</returns>
    public async Task<IReadOnlyList<ClaimedJob>> LeaseAsync(JobOwner holder, LeaseRequest request, CancellationToken gone)
    {
        ArgumentNullException.ThrowIfNull(request);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(gone, lifetime.ApplicationStopping);
        await signs.AsksAsync(holder, request, gone);
        var claimed = await WaitAsync(holder, request, stop.Token);
        foreach (var run in claimed)
        {
            metrics.Picked(run.Job, run.Job.Lifecycle.RunStartedAt);
        }

        if (claimed.Count > 0 && gone.IsCancellationRequested)
        {
            logger.LeasesNotDelivered(request.Worker, claimed.Count);
            await store.SettleAndClaimAsync(
                [.. claimed.Select(run => ends.Settle(run, new RunEnd.Released(TimeSpan.Zero), RunReport.None))], null, CancellationToken.None);
        }

        return claimed;
    }

    /// <summary>Extends a lease by its full length and keeps what its run reports.</summary>
    public async Task<LeaseHeartbeat> HeartbeatAsync(JobOwner holder, LeaseKey lease, RunReport report, CancellationToken cancellationToken)
    {
        var standing = (await store.FindLeasesAsync([lease], cancellationToken))[0];
        if (standing is not LeaseStanding.Active active || active.Holder != holder)
        {
            return new LeaseHeartbeat(WhyNot(holder, standing), default, false);
        }

        var beat = (await store.HeartbeatAsync([new Heartbeat(lease.Lease, lease.Job, report)], Duration, cancellationToken))[0];
        await signs.WorksAsync([active.Claimed], cancellationToken);
        return beat.Holds ? new LeaseHeartbeat(null, beat.ExpiresAt, beat.CancelRequested) : new LeaseHeartbeat(LeaseRefusal.Lost, default, false);
    }

    /// <summary>Ends one lease, as <see cref="EndAsync"/> does.</summary>
    /// <returns>With the whole job.</returns>
    public async Task<LeaseAnswer> EndOneAsync(JobOwner holder, LeaseEnd action, CancellationToken cancellationToken)
    {
        var answer = (await EndAsync(holder, [action], cancellationToken))[0];
        if (answer.Job is not { } job || await store.FindAsync(job.Guid, cancellationToken) is not { } now)
        {
            return answer;
        }

        // Arguments never change, and a result stays with the finish that left it.
        var result = job.Lifecycle.Phase == JobPhase.Finished ? now.Result : default;
        return answer with { Job = job with { Arguments = now.Arguments, Result = result } };
    }

    /// <summary>Ends leases. An action that ended its lease before gets the same answer again, whatever became of the job since.</summary>
    /// <returns>In the order given, with the jobs without arguments and result.</returns>
    public async Task<IReadOnlyList<LeaseAnswer>> EndAsync(JobOwner holder, IReadOnlyList<LeaseEnd> actions, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(actions);
        var standings = await store.FindLeasesAsync([.. actions.Select(action => action.Lease)], cancellationToken);
        var open = new List<ClaimedJob>();
        var settlements = new List<Settlement>();
        foreach (var (action, standing) in actions.Zip(standings))
        {
            if (standing is LeaseStanding.Active active && active.Holder == holder)
            {
                open.Add(active.Claimed);
                settlements.Add(ends.Settle(active.Claimed, action.End, action.Report) with
                {
                    Result = action.Result,
                    Exception = action.Detail,
                    Action = action.Action,
                });
            }
        }

        if (open.Count > 0)
        {
            await SettleAsync(open, settlements, cancellationToken);
            standings = await store.FindLeasesAsync([.. actions.Select(action => action.Lease)], cancellationToken);
        }

        return [.. actions.Zip(standings, (action, standing) => Answer(holder, action, standing))];
    }

    private async Task<List<ClaimedJob>> WaitAsync(JobOwner holder, LeaseRequest request, CancellationToken stop)
    {
        var started = time.GetTimestamp();
        using var place = lines.Join(request.Operations, request.Queues);
        var looked = false;
        try
        {
            while (!stop.IsCancellationRequested)
            {
                looked = false;
                var claimed = await ClaimAsync(holder, request);
                looked = claimed.Count == 0;
                var left = request.Wait - time.GetElapsedTime(started);
                if (!looked || left <= TimeSpan.Zero)
                {
                    return claimed;
                }

                logger.WaitsForWork(request.Worker);
                if (!await place.WaitAsync(left, stop))
                {
                    return claimed;
                }

                looked = false;
            }

            return [];
        }
        finally
        {
            // Whoever found something, or had its turn and could not look, lets the next one look.
            if (!looked)
            {
                place.PassOn();
            }
        }
    }

    // Never cancelled: what was claimed must be known to someone.
    private async Task<List<ClaimedJob>> ClaimAsync(JobOwner holder, LeaseRequest request)
    {
        var claimed = new List<ClaimedJob>();
        var bytes = 0L;
        for (var more = true; more && claimed.Count < request.MaxJobs && bytes < MostArgumentBytes;)
        {
            var limit = Math.Min(request.MaxJobs - claimed.Count, ClaimedAtOnce);
            var claim = new ClaimRequest(request.Worker, request.Operations, request.Queues, limit, Duration) { Holder = holder };
            try
            {
                var exchange = await store.SettleAndClaimAsync([], claim, CancellationToken.None);
                claimed.AddRange(exchange.Claimed);
                bytes += exchange.Claimed.Sum(run => (long)run.Job.Arguments.Length);
                more = exchange.More;
                held.Heed(exchange.HeldFor);
            }
            catch (StoreUnavailableException) when (claimed.Count > 0)
            {
                more = false;
            }
        }

        return claimed;
    }

    private async Task SettleAsync(List<ClaimedJob> runs, List<Settlement> settlements, CancellationToken cancellationToken)
    {
        var exchange = await store.SettleAndClaimAsync(settlements, null, cancellationToken);
        var now = time.GetUtcNow();
        for (var index = 0; index < runs.Count; index++)
        {
            metrics.RunTook(runs[index].Job, now - (runs[index].Job.Lifecycle.RunStartedAt ?? now));
            metrics.Ended(settlements[index], exchange.Ends[index]);
        }

        await signs.WorksAsync(runs, cancellationToken);
    }

    private static LeaseAnswer Answer(JobOwner holder, LeaseEnd action, LeaseStanding? standing) =>
        standing is LeaseStanding.Ended ended && ended.Holder == holder && ended.Action.Span.SequenceEqual(action.Action.Span)
            ? new LeaseAnswer(null, ended.Job)
            : new LeaseAnswer(WhyNot(holder, standing), null);

    private static LeaseRefusal WhyNot(JobOwner holder, LeaseStanding? standing) => standing switch
    {
        null => LeaseRefusal.Unknown,
        _ when standing.Holder != holder => LeaseRefusal.NotHolder,
        _ => LeaseRefusal.Lost,
    };
}
