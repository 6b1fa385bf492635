using CloudController.Jobs.Callbacks;
using CloudController.Jobs.Diagnostics;
using CloudController.Jobs.Errors;
using CloudController.Jobs.Handlers;
using CloudController.Jobs.Leasing;
using CloudController.Jobs.Maintenance;
using CloudController.Jobs.Running;
using CloudController.Jobs.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CloudController.Jobs;

/// <summary>Adds the job engine to an application.</summary>
public static class JobsServiceCollectionExtensions
{
    /// <summary>Adds the engine: a queue to enqueue from, a worker that runs the handlers, and its maintenance. Settings come from the sections <c>Jobs</c> and
    /// <c>Worker</c> of the configuration.</summary>
    /// <param name="services">The application's services.</param>
    /// <param name="configure">Names the store and the handlers; without a store the application does not start.</param>
    public static IServiceCollection AddCloudControllerJobs(this IServiceCollection services, Action<JobsBuilder> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);

        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(ErrorCatalog.BuiltIn);
        services.TryAddSingleton<JobSignals>();
        services.TryAddSingleton<HandlerRegistry>();
        services.TryAddSingleton<IJobQueue, StoreJobQueue>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ILoggerProvider, RunLogProvider>());
        services.AddMetrics();
        services.TryAddSingleton<ActivityCounts>();
        services.TryAddSingleton<JobMetrics>();
        services.TryAddSingleton<WorkerIdentity>();
        services.TryAddSingleton<RunningJobs>();
        services.TryAddSingleton<RunEnds>();
        services.TryAddSingleton<LeaseKeeper>();
        services.TryAddSingleton<JobRunner>();
        services.TryAddSingleton<HeldStarts>();
        services.TryAddSingleton<WorkLines>();
        services.TryAddSingleton(static provider => new JobLeases(
            provider.GetRequiredService<IJobStore>(),
            provider.GetRequiredService<WorkLines>(),
            provider.GetRequiredService<RunEnds>(),
            provider.GetRequiredService<HeldStarts>(),
            provider.GetRequiredService<JobMetrics>(),
            provider.GetRequiredService<IOptions<WorkerOptions>>(),
            provider.GetRequiredService<IHostApplicationLifetime>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<JobLeases>>()));

        services.AddSingleton<IValidateOptions<JobsOptions>, JobsOptionsValidator>();
        services.AddSingleton<IValidateOptions<WorkerOptions>, WorkerOptionsValidator>();
        services.AddOptions<JobsOptions>().BindConfiguration("Jobs").ValidateOnStart();
        services.AddOptions<WorkerOptions>().BindConfiguration("Worker").ValidateOnStart();
        services.AddOptions<StoreOptions>().BindConfiguration("");
        services.AddOptions<HostOptions>().Configure<IOptions<WorkerOptions>>(static (host, worker) =>
            host.ShutdownTimeout = TimeSpan.FromSeconds(worker.Value.DrainTimeoutSeconds + 30));

        configure(new JobsBuilder(services));

        // In this order: the store is open before anything uses it, and, as stopping goes backwards, leases are kept until the worker has drained.
        services.AddSingleton<StoreOpener>();
        services.AddHostedService(static provider => provider.GetRequiredService<StoreOpener>());
        services.AddHostedService<LeaseRescuer>();
        services.AddHostedService<DueJobPromoter>();
        services.AddHostedService<JobPruner>();
        services.AddHostedService<ActivityRecorder>();
        services.AddHostedService<CallbackDeliverer>();
        services.AddHostedService<NodePresence>();
        services.AddHostedService(static provider => provider.GetRequiredService<LeaseKeeper>());
        services.AddHostedService<JobWorker>();
        return services;
    }
}
