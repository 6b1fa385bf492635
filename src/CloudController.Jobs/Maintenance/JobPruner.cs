using CloudController.Jobs.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CloudController.Jobs.Maintenance;

/// <summary>Forgets ended jobs that are past their retention, within thirty seconds of it (contract §2).</summary>
internal sealed class JobPruner(IJobStore store, IOptions<JobsOptions> options, TimeProvider time, ILogger<JobPruner> logger) : BackgroundService
{
    private const int Batch = 500;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(15);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Periodic.RunAsync("prune", Interval, RunOnceAsync, time, logger, stoppingToken);

    /// <summary>Forgets all that may go now.</summary>
    internal async Task RunOnceAsync(CancellationToken cancellationToken)
    {
        var retention = new Retention(
            TimeSpan.FromSeconds(options.Value.FinishedRetentionSeconds),
            TimeSpan.FromSeconds(options.Value.FailedRetentionSeconds));
        while (await store.PruneAsync(retention, Batch, cancellationToken) >= Batch)
        {
            cancellationToken.ThrowIfCancellationRequested();
        }
    }
}
