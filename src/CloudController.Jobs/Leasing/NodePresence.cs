using System.Reflection;
using CloudController.Jobs.Handlers;
using CloudController.Jobs.Maintenance;
using CloudController.Jobs.Running;
using CloudController.Jobs.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CloudController.Jobs.Leasing;

/// <summary>Tells the store now and then that this node is live, and what it serves: nothing, if it runs no jobs.</summary>
internal sealed class NodePresence(
    IJobStore store,
    HandlerRegistry handlers,
    IOptions<WorkerOptions> options,
    WorkerIdentity identity,
    TimeProvider time,
    ILogger<NodePresence> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LiveFor = 3 * Interval;

    private static readonly string? Version =
        typeof(NodePresence).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;

    private readonly WorkerSeen seen = new(identity.Name, Holder: null, LiveFor) { Serves = Serves(options.Value, handlers) };

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Periodic.PassAsync("presence", RunOnceAsync, time, logger, stoppingToken);
        await Periodic.RunAsync("presence", Interval, RunOnceAsync, time, logger, stoppingToken);
    }

    private Task RunOnceAsync(CancellationToken cancellationToken) => store.SawWorkerAsync(seen, cancellationToken);

    private static WorkerServes Serves(WorkerOptions options, HandlerRegistry handlers)
    {
        if (!options.Enabled)
        {
            return new WorkerServes([], [], Version);
        }

        string[] queues = [.. options.Queues.Select(queue => queue.Split('=')[0])];
        return new WorkerServes(queues.Length == 0 ? null : queues, handlers.Operations, Version);
    }
}
