using CloudController.Jobs.Diagnostics;
using CloudController.Jobs.Running;
using CloudController.Jobs.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CloudController.Jobs.Maintenance;

/// <summary>Ends runs whose workers have nothing more to say: their lease expired, their time is used up, or they did not heed a cancel.</summary>
internal sealed class LeaseRescuer(IJobStore store, RunEnds ends, JobMetrics metrics, TimeProvider time, ILogger<LeaseRescuer> logger) : BackgroundService
{
    private const int Batch = 500;

    // Within 5 s of a lease's expiry (contract §5), with room for a pass that is slow.
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2.5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // At once at start: what a killed process had been running need not wait for the first tick.
        await Periodic.PassAsync("rescue", RunOnceAsync, time, logger, stoppingToken);
        await Periodic.RunAsync("rescue", Interval, RunOnceAsync, time, logger, stoppingToken);
    }

    /// <summary>Ends all runs that are overdue now.</summary>
    internal async Task RunOnceAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<OverdueRun> overdue;
        do
        {
            overdue = await store.FindOverdueAsync(Batch, cancellationToken);
            if (overdue.Count == 0)
            {
                return;
            }

            var settlements = overdue.Select(End).ToArray();
            var exchange = await store.SettleAndClaimAsync(settlements, null, cancellationToken);
            for (var i = 0; i < settlements.Length; i++)
            {
                metrics.Ended(settlements[i], exchange.Ends[i]);
                if (exchange.Ends[i] != SettleResult.LeaseLost)
                {
                    using var logScope = logger.BeginScope(new JobLogScope(overdue[i].Claimed.Job));
                    logger.RunEndedWithoutWorker(settlements[i].Job, settlements[i].End.OutcomeName, settlements[i].Next.Run);
                }
            }
        }
        while (overdue.Count == Batch);
    }

    private Settlement End(OverdueRun run) => run.Reason switch
    {
        OverdueReason.LeaseExpired => ends.Settle(run.Claimed, new RunEnd.Lost(run.Counts), RunReport.None) with { OnlyIfExpired = true },
        OverdueReason.TimedOut => ends.Settle(run.Claimed, new RunEnd.TimedOut(), RunReport.None),
        OverdueReason.CancelIgnored => ends.Settle(run.Claimed, new RunEnd.Cancelled(), RunReport.None),
        _ => throw new InvalidOperationException("Not a reason."),
    };
}
