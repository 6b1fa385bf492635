using System.Globalization;
using CloudController.Jobs.Benchmarks.Rivals.Protocol;
using CloudController.Jobs.PostgreSql;
using CloudController.Jobs.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CloudController.Jobs.Benchmarks.Rivals.Own;

/// <summary>This library in process, as an application uses it: jobs enqueued by <see cref="IJobQueue"/>, handlers run by its worker.</summary>
internal sealed class LibraryQueue : IQueueProgram
{
    private const string Default = "default";

    public string Versions => $"CloudController.Jobs {typeof(IJobQueue).Assembly.GetName().Version?.ToString(3)}, Npgsql "
        + typeof(Npgsql.NpgsqlConnection).Assembly.GetName().Version?.ToString(3);

    public async Task SetUpAsync(QueueServer server) => await (await StartAsync(server, [NoWorker], QueueRuns.None)).DisposeAsync();

    public async Task<TimeSpan> EnqueueAsync(QueueServer server, QueueLoad load)
    {
        await using var producer = await OpenProducerAsync(server, load.Setting);
        return await QueueCallers.RunAsync(producer, load);
    }

    public async Task<IAsyncDisposable> StartWorkersAsync(QueueServer server, string setting, QueueRuns runs) =>
        await StartAsync(server, setting == Default ? [] : [new("Worker:Concurrency", setting)], runs);

    public async Task<IQueueProducer> OpenProducerAsync(QueueServer server, string setting) =>
        new Producer(await StartAsync(server, [NoWorker], QueueRuns.None));

    private static KeyValuePair<string, string?> NoWorker => new("Worker:Enabled", "false");

    private static async Task<RunningHost> StartAsync(QueueServer server, IEnumerable<KeyValuePair<string, string?>> settings, QueueRuns runs)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);

        // What waits to be run is one owner's, and more than one may have open if nothing is said.
        var open = new KeyValuePair<string, string?>("Jobs:MaxOpenPerOwner", 100_000_000.ToString(CultureInfo.InvariantCulture));
        builder.Configuration.AddInMemoryCollection([open, .. settings]);
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(runs);
        builder.Services.AddCloudControllerJobs(jobs => jobs
            .UsePostgreSql(server.ConnectionString(20))
            .AddHandler<DeleteApp, DeleteAppHandler>(DeleteAppJson.Default.DeleteApp));
        var host = builder.Build();
        await host.StartAsync();
        return new RunningHost(host);
    }

    private sealed class RunningHost(IHost host) : IAsyncDisposable
    {
        public IServiceProvider Services => host.Services;

        public async ValueTask DisposeAsync()
        {
            await host.StopAsync();
            host.Dispose();
        }
    }

    private sealed class Producer(RunningHost host) : IQueueProducer
    {
        private static readonly JobOwner Owner = JobOwner.Application;

        private readonly IJobQueue queue = host.Services.GetRequiredService<IJobQueue>();
        private readonly IJobStore store = host.Services.GetRequiredService<IJobStore>();

        public Task AddAsync() => queue.EnqueueAsync(DeleteApp.Some, null, CancellationToken.None);

        // By the verb that POST /v3/jobs/actions/bulk is served by.
        public async Task AddManyAsync(int count)
        {
            NewJob[] jobs = [.. Enumerable.Range(0, count).Select(_ => New())];
            if (await store.SubmitAsync(jobs, int.MaxValue, CancellationToken.None) is not Submission.Accepted)
                throw new InvalidOperationException("The store refused jobs.");
        }

        public ValueTask DisposeAsync() => host.DisposeAsync();

        private static NewJob New()
        {
            var now = DateTimeOffset.UtcNow;
            return new NewJob
            {
                Guid = JobGuid.New(now),
                CreatedAt = now,
                Operation = DeleteApp.Operation,
                Arguments = SomeArguments.Utf8,
                Owner = Owner,
            };
        }
    }
}
