using CloudController.Jobs.Diagnostics;
using CloudController.Jobs.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CloudController.Jobs.Maintenance;

/// <summary>Writes what happened on this node to the store now and then: nothing, where nothing did.</summary>
internal sealed class ActivityRecorder(IJobStore store, ActivityCounts counts, TimeProvider time, ILogger<ActivityRecorder> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await Periodic.PassAsync("activity", RunOnceAsync, time, logger, cancellationToken);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Periodic.RunAsync("activity", Interval, RunOnceAsync, time, logger, stoppingToken);

    /// <summary>Writes what was counted since the last time; what could not be written is counted again.</summary>
    internal async Task RunOnceAsync(CancellationToken cancellationToken)
    {
        var taken = counts.Take();
        if (taken.Count == 0)
        {
            return;
        }

        try
        {
            await store.AddActivityAsync(taken, cancellationToken);
        }
        catch
        {
            foreach (var minute in taken)
            {
                counts.Add(minute);
            }

            throw;
        }
    }
}
