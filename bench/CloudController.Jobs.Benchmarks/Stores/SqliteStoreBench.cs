using CloudController.Jobs.Benchmarks.Filling;
using CloudController.Jobs.Benchmarks.Measuring;
using CloudController.Jobs.Storage;

namespace CloudController.Jobs.Benchmarks.Stores;

/// <summary>The SQLite store beside plain Microsoft.Data.Sqlite, in one run on one disk.</summary>
internal static class SqliteStoreBench
{
    private const int Batch = 100;
    private const int Callers = 64;
    private const int MostJobs = 200_000;

    public static async Task RunAsync(BenchmarkSettings settings, TextWriter output)
    {
        using var scratch = new ScratchDirectory(settings.Directory);
        using var plain = new PlainSqlite(scratch.File("plain.db"));
        await using var open = await OpenStore.AtAsync(scratch.File("jobs.db"));
        var store = open.Store;

        var (ended, scheduled) = (settings.Jobs, settings.Jobs / 10);
        var few = Math.Min(settings.Jobs, MostJobs);
        await MeasureAsync("an empty store", settings.Repetitions, few, plain, store, output);
        await StoreFill.ScheduledAsync(store, "app.delete", scheduled);
        await StoreFill.FinishedAsync(open, "app.delete", ended, static _ => { });
        await MeasureAsync($"beside {ended} ended and {scheduled} scheduled jobs", settings.Repetitions, few, plain, store, output);
    }

    private static async Task MeasureAsync(string where, int repetitions, int jobs, PlainSqlite plain, IJobStore store, TextWriter output)
    {
        var submits = new Pair("one a commit; 64 callers");
        var inserts = new Pair("inserted, 100 a commit");
        var runs = new Pair("claimed and completed, 100 at once");
        var reads = new Pair("read by guid");
        for (var repetition = 0; repetition < repetitions; repetition++)
        {
            submits.Add(plain.Insert(jobs / 40, perCommit: 1), await StoreWork.SubmitAsync(store, jobs / 4, Callers));
            plain.Process(Batch);
            await StoreWork.ProcessAsync(store, Batch, workers: 1);
            inserts.Add(plain.Insert(jobs, perCommit: 100), await StoreWork.FillAsync(store, jobs, Batch));
            runs.Add(plain.Process(Batch), await StoreWork.ProcessAsync(store, Batch, workers: 1));
            reads.Add(plain.Read(jobs), await StoreWork.ReadAsync(store, jobs));
        }

        var table = new ResultTable(output, $"SQLite store, {where}");
        submits.Show(table, "at least 2.5 times plain");
        inserts.Show(table, "");
        runs.Show(table, "at least 0.60 of plain");
        reads.Show(table, "at least 0.80 of plain");
    }
}
