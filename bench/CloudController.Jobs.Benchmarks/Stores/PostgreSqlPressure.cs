using System.Diagnostics;
using System.Globalization;
using CloudController.Jobs.Benchmarks.Measuring;
using CloudController.Jobs.Errors;
using CloudController.Jobs.PostgreSql;
using CloudController.Jobs.PostgreSql.Tests;
using CloudController.Jobs.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace CloudController.Jobs.Benchmarks.Stores;

/// <summary>The PostgreSQL store where others are slow: beside many ended and scheduled jobs, fed while it is worked on, and while a transaction keeps all dead
/// rows from being removed.</summary>
internal static class PostgreSqlPressure
{
    private const int Few = 100_000;
    private const int Scheduled = 1_000_000;
    private const int Batch = 100;
    private const int Workers = 4;
    private const int Bulk = 1_000;
    private const int ShortQueue = 5_000;
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(10);

    public static async Task RunAsync(BenchmarkSettings settings, TextWriter output)
    {
        await using var server = await PostgreSqlServer.StartAsync(settings.Directory, durable: true);
        await using var source = NpgsqlDataSource.Create($"{server.ConnectionString};Command Timeout=0");
        await using var empty = await OpenAsync(server, "empty");
        await using var full = await OpenAsync(server, "full");
        await StoreWork.FillAsync(full, 1, 1);
        await StoreWork.ProcessAsync(full, Batch, Workers);
        await FillAsync(source, "8", settings.Jobs);
        await FillAsync(source, "3", Scheduled);

        var (empties, fulls, feds) = (new List<double>(), new List<double>(), new List<double>());
        for (var repetition = -1; repetition < settings.Repetitions; repetition++)
        {
            var one = await ProcessAsync(empty);
            var other = await ProcessAsync(full);
            var fed = await FeedAsync(empty, Window);
            if (repetition >= 0)
            {
                (empties, fulls, feds) = ([.. empties, one], [.. fulls, other], [.. feds, fed]);
            }
        }

        var table = new ResultTable(output, $"PostgreSQL store: claimed and completed, {Batch} at once, {Workers} workers");
        table.Add("an empty table", "jobs/s", empties);
        table.Add(string.Create(CultureInfo.InvariantCulture, $"beside {settings.Jobs:N0} ended and {Scheduled:N0} scheduled"), "jobs/s", fulls);
        table.Add("ratio", "full / empty", [.. fulls.Zip(empties, (one, other) => one / other)], "≥ 0.90");
        table.Add("fed meanwhile, in bulks, never more than 5,000 waiting", "jobs/s", feds, "reported");

        // Any transaction that is older than what died keeps it.
        await using var holding = await source.OpenConnectionAsync();
        await using var holder = await holding.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead);
        await using var command = new NpgsqlCommand("SELECT count(*) FROM empty.health", holding, holder);
        await command.ExecuteScalarAsync();
        var held = new List<double>();
        for (var watch = Stopwatch.StartNew(); watch.Elapsed < TimeSpan.FromSeconds(settings.Seconds);)
        {
            held.Add(await FeedAsync(empty, Window));
        }

        var kept = new ResultTable(output, "The same, fed, while a transaction holds xmin: windows of 10 s");
        kept.Add("all windows", "jobs/s", held);
        kept.Add("the last window", "jobs/s", [held[^1]], "no collapse");
    }

    private static async Task<PostgreSqlJobStore> OpenAsync(PostgreSqlServer server, string schema)
    {
        var options = new PostgreSqlStoreOptions { ConnectionString = server.ConnectionString, Schema = schema };
        var store = new PostgreSqlJobStore(
            options, TimeProvider.System, new JobSignals(), ErrorCatalog.BuiltIn, NullLogger<PostgreSqlJobStore>.Instance);
        await store.MigrateAsync(apply: true, CancellationToken.None);
        await store.OpenAsync(CancellationToken.None);
        return store;
    }

    private static async Task FillAsync(NpgsqlDataSource source, string phase, int jobs)
    {
        await using var fill = source.CreateCommand($"""
            WITH made AS (
                INSERT INTO "full".jobs (guid, lane, owner, created_at, updated_at, run_at, timeout_ms, max_attempts, phase, priority, finished_at)
                SELECT (lpad(to_hex(at), 12, '0') || '7' || left(random, 3) || '8' || substr(random, 4, 15))::uuid, 1, 1, at, at,
                    at + CASE WHEN {phase} = 3 THEN 100000000 ELSE 0 END, 1000, 1, {phase}, 0, CASE WHEN {phase} = 8 THEN at END
                FROM (SELECT floor(extract(epoch FROM now()) * 1000)::bigint - {jobs} + number AS at, md5(number::text) AS random
                    FROM generate_series(1, {jobs}) AS number) AS given
                RETURNING owner, created_at, guid)
            INSERT INTO "full".owned (owner, created_at, jobs) SELECT owner, created_at, array_agg(guid) FROM made GROUP BY owner, created_at
            """);
        await fill.ExecuteNonQueryAsync();
        await using var vacuum = source.CreateCommand("VACUUM (ANALYZE) \"full\".jobs");
        await vacuum.ExecuteNonQueryAsync();
    }

    private static async Task<double> ProcessAsync(PostgreSqlJobStore store)
    {
        await StoreWork.FillAsync(store, Few, Bulk);
        return (await StoreWork.ProcessAsync(store, Batch, Workers)).PerSecond;
    }

    // One feeds while others work; who feeds waits while there is enough, who works looks again while there is nothing.
    private static async Task<double> FeedAsync(PostgreSqlJobStore store, TimeSpan time)
    {
        var (fed, done) = (0, 0);
        var meter = Stopwatch.StartNew();
        var working = Enumerable.Range(0, Workers).Select(_ => Task.Run(async () =>
        {
            while (meter.Elapsed < time || Volatile.Read(ref done) < Volatile.Read(ref fed))
            {
                if (await StoreWork.WorkAsync(store, Batch, ended => Interlocked.Add(ref done, ended)) == 0)
                {
                    await Task.Delay(1);
                }
            }
        })).ToArray();
        while (meter.Elapsed < time)
        {
            if (Volatile.Read(ref fed) - Volatile.Read(ref done) < ShortQueue)
            {
                await StoreWork.FillAsync(store, Bulk, Bulk);
                Interlocked.Add(ref fed, Bulk);
            }
            else
            {
                await Task.Delay(1);
            }
        }

        await Task.WhenAll(working);
        return done / meter.Elapsed.TotalSeconds;
    }
}
