using CloudController.Jobs.AspNetCore;
using CloudController.Jobs.Cli.Handlers;
using CloudController.Jobs.Cli.Settings;
using CloudController.Jobs.Errors;

namespace CloudController.Jobs.Cli.Server;

/// <summary>What servers and workers are built of.</summary>
internal static class NodeBuilding
{
    /// <summary>Adds the engine on its store, the handlers of the executable, the log, and signals that drain. The settings of the HTTP side are
    /// checked on every node, so that one file of settings is right or wrong for all.</summary>
    /// <exception cref="UsageException">A setting is wrong.</exception>
    public static void AddNode(this IHostApplicationBuilder builder, IConfigurationRoot configuration, StoreSettings store, StartFlag started,
        Action<JobsBuilder>? more = null)
    {
        builder.Configuration.AddConfiguration(configuration);
        builder.Logging.AddServerLog(configuration, () => started.IsSet);
        builder.Services.AddSingleton<IHostLifetime, Signals>();
        builder.Services.AddSingleton(LoadCatalog(configuration));
        builder.Services.AddCloudControllerJobs(jobs =>
        {
            store.Use(jobs).AddBuiltInHandlers(configuration);
            more?.Invoke(jobs);
        });
        builder.Services.AddCloudControllerJobsHttp();
    }

    /// <summary>Listens where the settings say.</summary>
    /// <exception cref="UsageException">A setting is wrong.</exception>
    public static void Listen(this WebApplicationBuilder builder, IConfiguration configuration)
    {
        builder.Services.AddRoutingCore();
        builder.WebHost
            .UseKestrelCore()
            .UseKestrelHttpsConfiguration()
            .ConfigureKestrel(server =>
            {
                server.Configure(configuration.GetSection("Kestrel"), reloadOnChange: false);
                HttpLimits.Apply(server);
            })
            .UseUrls([.. ListenAddresses.From(configuration)]);
    }

    private static ErrorCatalog LoadCatalog(IConfiguration configuration)
    {
        var catalog = ErrorCatalog.BuiltIn;
        foreach (var file in configuration.GetSection("Errors:CatalogFiles").GetChildren())
        {
            var path = file.Value ?? "";
            try
            {
                catalog = catalog.With([path]);
            }
            catch (ErrorCatalogException exception)
            {
                throw new UsageException(
                    $"{file.Path} is '{path}'; it can be a file in the format of Cloud Controller's v2.yml. {exception.Message}");
            }
        }

        return catalog;
    }
}
