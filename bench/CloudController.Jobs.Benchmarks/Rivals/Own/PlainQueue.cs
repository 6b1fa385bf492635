using System.Diagnostics;
using CloudController.Jobs.Benchmarks.Rivals.Protocol;
using CloudController.Jobs.Benchmarks.Stores;
using Npgsql;

namespace CloudController.Jobs.Benchmarks.Rivals.Own;

/// <summary>Plain Npgsql on one plain job table: no queue, but the limit of any of that shape.</summary>
internal sealed class PlainQueue : IQueueProgram
{
    /// <summary>One writer inserts what all callers wait for.</summary>
    public const string Grouped = "grouped";

    public const string Hundreds = "100 by 4";
    public const string Thousands = "1000 by 2";

    public string Versions => $"Npgsql {typeof(NpgsqlConnection).Assembly.GetName().Version?.ToString(3)}";

    public async Task SetUpAsync(QueueServer server)
    {
        await using var source = NpgsqlDataSource.Create(server.ConnectionString(1));
        await new PlainPostgreSql(source).CreateAsync();
    }

    public async Task<TimeSpan> EnqueueAsync(QueueServer server, QueueLoad load)
    {
        await using var source = NpgsqlDataSource.Create(server.ConnectionString(load.Callers + 1));
        var plain = new PlainPostgreSql(source);
        await InsertAsync(plain, load.WarmUp);
        var start = Stopwatch.GetTimestamp();
        await InsertAsync(plain, load);
        return Stopwatch.GetElapsedTime(start);
    }

    /// <param name="server">Its database.</param>
    /// <param name="setting">How many are claimed at once, and by how many.</param>
    /// <param name="runs">Told when nothing is left.</param>
    public Task<IAsyncDisposable> StartWorkersAsync(QueueServer server, string setting, QueueRuns runs)
    {
        var (batch, consumers) = setting switch
        {
            Hundreds => (100, 4),
            Thousands => (1_000, 2),
            _ => throw new ArgumentOutOfRangeException(nameof(setting), setting, "Not a setting."),
        };
        return Task.FromResult<IAsyncDisposable>(new Consumers(ConsumeAsync()));

        async Task ConsumeAsync()
        {
            await using var source = NpgsqlDataSource.Create(server.ConnectionString(consumers));
            await new PlainPostgreSql(source).ProcessAsync(batch, consumers);
            runs.End();
        }
    }

    public Task<IQueueProducer> OpenProducerAsync(QueueServer server, string setting) =>
        throw new NotSupportedException("Nothing is picked up plainly.");

    private static Task InsertAsync(PlainPostgreSql plain, QueueLoad load) => load.Setting == Grouped
        ? plain.InsertGroupedAsync(load.Jobs, load.Callers)
        : Task.WhenAll(Enumerable.Range(0, load.Callers).Select(_ => Task.Run(() => plain.InsertAsync(load.Jobs / load.Callers, load.Batch))));

    private sealed class Consumers(Task consuming) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await consuming;
    }
}
