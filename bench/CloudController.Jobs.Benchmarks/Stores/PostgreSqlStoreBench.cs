using CloudController.Jobs.Benchmarks.Measuring;
using CloudController.Jobs.Errors;
using CloudController.Jobs.PostgreSql;
using CloudController.Jobs.PostgreSql.Tests;
using CloudController.Jobs.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace CloudController.Jobs.Benchmarks.Stores;

/// <summary>The PostgreSQL store beside plain Npgsql, in one run on one durable server.</summary>
internal static class PostgreSqlStoreBench
{
    private const int Callers = 64;
    private const int Bulk = 1_000;
    private const int MostJobs = 200_000;

    public static async Task RunAsync(BenchmarkSettings settings, TextWriter output)
    {
        await using var server = await PostgreSqlServer.StartAsync(settings.Directory, durable: true);
        await using var source = NpgsqlDataSource.Create(server.ConnectionString);
        var plain = new PlainPostgreSql(source);
        await plain.CreateAsync();
        var options = new PostgreSqlStoreOptions { ConnectionString = server.ConnectionString };
        await using var store = new PostgreSqlJobStore(
            options, TimeProvider.System, new JobSignals(), ErrorCatalog.BuiltIn, NullLogger<PostgreSqlJobStore>.Instance);
        await store.MigrateAsync(apply: true, CancellationToken.None);
        await store.OpenAsync(CancellationToken.None);

        var jobs = Math.Min(settings.Jobs, MostJobs);
        var submits = new Pair("64 callers, grouped by one writer");
        var bulks = new Pair("in bulks of 1,000, one caller");
        var hundreds = new Pair("claimed and completed, 100 at once, 4 workers, one round trip");
        var thousands = new Pair("claimed and completed, 1,000 at once, 2 workers, one round trip");
        var reads = new List<double>();
        for (var repetition = -1; repetition < settings.Repetitions; repetition++)
        {
            var grouped = await plain.InsertGroupedAsync(jobs / 2, Callers);
            var submitted = await StoreWork.SubmitAsync(store, jobs / 2, Callers);
            await VacuumAsync(source);
            var plainHundreds = await plain.ProcessAsync(100, consumers: 4);
            var storeHundreds = await StoreWork.ProcessAsync(store, 100, workers: 4);
            var inserted = await plain.InsertAsync(jobs, perCommit: Bulk);
            var filled = await StoreWork.FillAsync(store, jobs, Bulk);
            await VacuumAsync(source);
            var plainThousands = await plain.ProcessAsync(1_000, consumers: 2);
            var storeThousands = await StoreWork.ProcessAsync(store, 1_000, workers: 2);
            if (repetition < 0)
            {
                // To warm up.
                continue;
            }

            submits.Add(grouped, submitted);
            hundreds.Add(plainHundreds, storeHundreds);
            bulks.Add(inserted, filled);
            thousands.Add(plainThousands, storeThousands);
            reads.Add((await StoreWork.ReadAsync(store, jobs / 10)).PerSecond);
        }

        var table = new ResultTable(output, "PostgreSQL store beside plain Npgsql");
        submits.Show(table, "at least 0.60 of plain");
        bulks.Show(table, "at least 0.60 of plain");
        hundreds.Show(table, "at least 0.70 of plain");
        thousands.Show(table, "at least 0.70 of plain");
        table.Add("read by guid, one caller", "/s", reads);
    }

    private static async Task VacuumAsync(NpgsqlDataSource source)
    {
        await using var vacuum = source.CreateCommand("VACUUM (ANALYZE) plain.jobs");
        await vacuum.ExecuteNonQueryAsync();
        vacuum.CommandText = "VACUUM (ANALYZE) ccjobs.jobs";
        await vacuum.ExecuteNonQueryAsync();
        vacuum.CommandText = "CHECKPOINT";
        await vacuum.ExecuteNonQueryAsync();
    }
}
