using System.Diagnostics;
using CloudController.Jobs.Benchmarks.Rivals.Protocol;
using Hangfire;
using Hangfire.Logging;
using Hangfire.PostgreSql;
using Npgsql;

namespace CloudController.Jobs.Rivals;

/// <summary>Hangfire with the community's PostgreSQL storage: background jobs, one call each; the free edition has no batches.</summary>
internal sealed class HangfireQueue : IQueueProgram
{
    private const int Workers = 20;

    // Static, as a handler is created anew for each run.
    private static QueueRuns runs = QueueRuns.None;

    static HangfireQueue() => LogProvider.SetCurrentLogProvider(null);

    public string Versions => $"Hangfire {VersionOf<BackgroundJobServer>()}, Hangfire.PostgreSql {VersionOf<PostgreSqlStorage>()}";

    public Task SetUpAsync(QueueServer server)
    {
        Open(server, "default", connections: 2);
        NpgsqlConnection.ClearAllPools();
        return Task.CompletedTask;
    }

    public async Task<TimeSpan> EnqueueAsync(QueueServer server, QueueLoad load)
    {
        await using var producer = new Producer(server, load.Setting, load.Callers);
        return await QueueCallers.RunAsync(producer, load);
    }

    public Task<IAsyncDisposable> StartWorkersAsync(QueueServer server, string setting, QueueRuns runs)
    {
        HangfireQueue.runs = runs;
        var options = new BackgroundJobServerOptions { WorkerCount = Workers };
        return Task.FromResult<IAsyncDisposable>(new RunningServer(new BackgroundJobServer(options, Open(server, setting, connections: 60))));
    }

    public Task<IQueueProducer> OpenProducerAsync(QueueServer server, string setting) =>
        Task.FromResult<IQueueProducer>(new Producer(server, setting, callers: 1));

    /// <summary>The handler.</summary>
    public static void Run(string app, bool recursive, string reason, string by) => runs.Add();

    private static PostgreSqlStorage Open(QueueServer server, string setting, int connections)
    {
        var factory = new Hangfire.PostgreSql.Factories.NpgsqlConnectionFactory(server.ConnectionString(connections), Options(setting));
        return new PostgreSqlStorage(factory, Options(setting));
    }

    private static PostgreSqlStorageOptions Options(string setting) => setting switch
    {
        "default" => new(),
        "notified" => new() { QueuePollInterval = TimeSpan.FromMilliseconds(50), UseSlidingInvisibilityTimeout = true, EnableLongPolling = true },
        _ => throw new ArgumentOutOfRangeException(nameof(setting), setting, "Not a setting."),
    };

    private static string? VersionOf<T>() => FileVersionInfo.GetVersionInfo(typeof(T).Assembly.Location).ProductVersion?.Split('+')[0];

    private sealed class Producer(QueueServer server, string setting, int callers) : IQueueProducer
    {
        private readonly BackgroundJobClient client = new(Open(server, setting, callers + 2));

        public Task AddAsync()
        {
            client.Enqueue(() => Run("db177bbd-36e9-4246-9a11-f9bd0d5975ef", true, "cleanup of an old space", "someone12"));
            return Task.CompletedTask;
        }

        public Task AddManyAsync(int count) => throw new NotSupportedException("Batches are in the paid edition.");

        public ValueTask DisposeAsync()
        {
            NpgsqlConnection.ClearAllPools();
            return ValueTask.CompletedTask;
        }
    }

    private sealed class RunningServer(BackgroundJobServer running) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            running.SendStop();
            await running.WaitForShutdownAsync(CancellationToken.None);
            running.Dispose();
            NpgsqlConnection.ClearAllPools();
        }
    }
}
