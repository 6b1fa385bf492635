using CloudController.Jobs.AspNetCore;
using CloudController.Jobs.Cli.Settings;
using Microsoft.Extensions.Options;

namespace CloudController.Jobs.Cli.Server;

/// <summary>The worker: it runs jobs of a shared store, and answers probes where its settings say so.</summary>
internal static class WorkerHost
{
    private const string NotShared =
        "Store is sqlite, and such a store belongs to one process; a worker needs Store=postgres and its ConnectionString.";

    // Settings shared with nodes that serve only HTTP may say otherwise; whoever calls for a worker means one.
    private static readonly KeyValuePair<string, string?> Enabled = new("Worker:Enabled", "true");

    /// <exception cref="UsageException">A setting is wrong.</exception>
    public static Node Create(IConfigurationRoot configuration)
    {
        var store = StoreSettings.From(configuration);
        if (!store.IsShared)
            throw new UsageException(NotShared);

        return configuration["Urls"] is null ? CreateSilent(configuration, store) : CreateProbed(configuration, store);
    }

    private static Node CreateSilent(IConfigurationRoot configuration, StoreSettings store)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        var started = AddWorker(builder, configuration, store);

        var host = builder.Build();
        host.Services.GetRequiredService<IStartupValidator>().Validate();
        return new Node(host, started, () => Banner.OfWorker([], store, Options(host)));
    }

    private static Node CreateProbed(IConfigurationRoot configuration, StoreSettings store)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        var started = AddWorker(builder, configuration, store);
        builder.Listen(configuration);

        var app = builder.Build();
        app.Services.GetRequiredService<IStartupValidator>().Validate();
        app.UseCloudControllerJobs();
        app.MapCloudControllerJobsHealth();
        return new Node(app, started, () => Banner.OfWorker([.. app.Urls], store, Options(app)));
    }

    private static StartFlag AddWorker(IHostApplicationBuilder builder, IConfigurationRoot configuration, StoreSettings store)
    {
        var started = new StartFlag();
        builder.AddNode(configuration, store, started);
        builder.Configuration.AddInMemoryCollection([Enabled]);
        return started;
    }

    private static WorkerOptions Options(IHost host) => host.Services.GetRequiredService<IOptions<WorkerOptions>>().Value;
}
