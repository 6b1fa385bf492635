using CloudController.Jobs.Running;
using CloudController.Jobs.Sqlite;
using CloudController.Jobs.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace CloudController.Jobs.Benchmarks.Filling;

/// <summary>A store in this process, without worker or maintenance.</summary>
internal sealed class OpenStore : IAsyncDisposable
{
    private readonly ServiceProvider services;

    private OpenStore(ServiceProvider services) => this.services = services;

    public IJobStore Store => services.GetRequiredService<IJobStore>();

    public RunEnds Ends => services.GetRequiredService<RunEnds>();

    public static async Task<OpenStore> AtAsync(string path)
    {
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().Build());
        services.AddLogging();
        services.AddCloudControllerJobs(jobs => jobs.UseSqlite(options => options.Path = path));
        var open = new OpenStore(services.BuildServiceProvider());
        await open.Store.MigrateAsync(apply: true, CancellationToken.None);
        await open.Store.OpenAsync(CancellationToken.None);
        return open;
    }

    public ValueTask DisposeAsync() => services.DisposeAsync();
}
