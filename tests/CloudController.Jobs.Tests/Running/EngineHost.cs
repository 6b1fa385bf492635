using System.Text.Json;
using System.Text.Json.Serialization;
using CloudController.Jobs.Sqlite;
using CloudController.Jobs.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace CloudController.Jobs.Tests.Running;

/// <summary>The engine as an application hosts it, on a SQLite file of its own.</summary>
internal sealed class EngineHost : IAsyncDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("ccjobs-engine-").FullName;
    private readonly IHost host;
    private bool stopped;

    private EngineHost(
        Script script,
        TimeProvider time,
        Dictionary<string, string?> settings,
        Func<IJobStore, IJobStore>? wrap,
        Action<IServiceCollection>? services)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection(settings);
        builder.Services.AddSingleton(time);
        builder.Services.AddSingleton(script);
        builder.Services.AddCloudControllerJobs(jobs => jobs
            .UseSqlite(store => store.Path = Path.Combine(folder, "jobs.db"))
            .AddHandler<ScriptedArguments, ScriptedHandler>(ScriptJson.Default.ScriptedArguments));
        services?.Invoke(builder.Services);
        if (wrap is not null)
        {
            var inner = builder.Services.Last(service => service.ServiceType == typeof(IJobStore));
            builder.Services.Remove(inner);
            builder.Services.AddSingleton(provider => wrap((IJobStore)inner.ImplementationFactory!(provider)));
        }

        host = builder.Build();
    }

    public IJobStore Store => host.Services.GetRequiredService<IJobStore>();

    public IJobQueue Queue => host.Services.GetRequiredService<IJobQueue>();

    public JobSignals Signals => host.Services.GetRequiredService<JobSignals>();

    /// <summary>A part of the engine.</summary>
    public T Part<T>()
        where T : notnull => host.Services.GetRequiredService<T>();

    public static async Task<EngineHost> StartAsync(
        Script script,
        TimeProvider? time = null,
        Dictionary<string, string?>? settings = null,
        Func<IJobStore, IJobStore>? wrap = null,
        Action<IServiceCollection>? services = null)
    {
        var engine = new EngineHost(script, time ?? TimeProvider.System, settings ?? [], wrap, services);
        await engine.host.StartAsync(TestContext.Current.CancellationToken);
        return engine;
    }

    public Task<Job> EnqueueAsync(EnqueueOptions? options = null, string name = "") =>
        Queue.EnqueueAsync(new ScriptedArguments(name), options, TestContext.Current.CancellationToken);

    /// <summary>The job, once it is as wanted.</summary>
    public async Task<Job> UntilAsync(Guid guid, Func<Job, bool> wanted)
    {
        using var watch = Signals.Watch(guid);
        while (true)
        {
            var changed = watch.NextChange;
            var job = await Store.FindAsync(guid, TestContext.Current.CancellationToken);
            if (job is not null && wanted(job))
            {
                return job;
            }

            await changed.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        }
    }

    public Task<Job> UntilAsync(Guid guid, JobPhase phase) => UntilAsync(guid, job => job.Lifecycle.Phase == phase);

    public async Task StopAsync()
    {
        stopped = true;
        await host.StopAsync(TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (!stopped)
        {
            await StopAsync();
        }

        await ((IAsyncDisposable)host).DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }
}

/// <summary>What the handler of a test does.</summary>
internal sealed class Script(Func<JobContext, CancellationToken, Task<JobOutcome>> run)
{
    public Task<JobOutcome> RunAsync(JobContext job, CancellationToken stopping) => run(job, stopping);
}

internal sealed record ScriptedArguments(string Name) : IJobArguments
{
    public static string Operation => "test.scripted";
}

internal sealed class ScriptedHandler(Script script) : IJobHandler<ScriptedArguments>
{
    public Task<JobOutcome> RunAsync(ScriptedArguments arguments, JobContext job, CancellationToken stopping) => script.RunAsync(job, stopping);
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(ScriptedArguments))]
internal sealed partial class ScriptJson : JsonSerializerContext;
