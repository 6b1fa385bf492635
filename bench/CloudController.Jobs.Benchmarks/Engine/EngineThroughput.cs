using CloudController.Jobs.Benchmarks.Filling;
using CloudController.Jobs.Benchmarks.Measuring;
using CloudController.Jobs.Benchmarks.Stores;
using CloudController.Jobs.Sqlite;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CloudController.Jobs.Benchmarks.Engine;

/// <summary>How many jobs a second the whole engine claims, runs and ends, each with its scope, timeout and lease: 1,000 slots, jobs that do nothing,
/// in a store that holds nothing else, and in one full of ended and scheduled jobs.</summary>
internal static class EngineThroughput
{
    private const int Slots = 1_000;
    private const int Jobs = 300_000;
    private const int PlainBatch = 100;

    public static async Task RunAsync(BenchmarkSettings settings, TextWriter output)
    {
        using var scratch = new ScratchDirectory(settings.Directory);
        var full = scratch.File("full.db");
        await FillAsync(full, settings.Jobs);

        var (plains, empties, fulls) = (new List<Rate>(), new List<Rate>(), new List<Rate>());
        await MeasureAsync(scratch.File("warm-up.db"));
        for (var i = 0; i < settings.Repetitions; i++)
        {
            plains.Add(Plainly(scratch.File($"plain-{i}.db")));
            empties.Add(await MeasureAsync(scratch.File($"empty-{i}.db")));
            fulls.Add(await MeasureAsync(full));
        }

        var table = new ResultTable(output, $"The engine in process: {Jobs:N0} jobs that do nothing, {Slots:N0} slots");
        table.Add("plain SQLite, claimed and completed in batches of 100", "jobs/s", [.. plains.Select(rate => rate.PerSecond)]);
        table.Add("the engine: claimed, run and ended", "jobs/s", [.. empties.Select(rate => rate.PerSecond)]);
        table.Add("ratio", "engine / plain", [.. empties.Zip(plains, (engine, plain) => engine.PerSecond / plain.PerSecond)], "≥ 0.60");
        table.Add("plain SQLite", "processor µs/job", [.. plains.Select(rate => rate.CpuMicrosecondsEach)]);
        table.Add("the engine, all threads", "processor µs/job", [.. empties.Select(rate => rate.CpuMicrosecondsEach)]);
        var filled = $"the engine, {settings.Jobs:N0} ended and {settings.Jobs / 10:N0} scheduled in the store";
        table.Add(filled, "jobs/s", [.. fulls.Select(rate => rate.PerSecond)]);
        table.Add("the same, all threads", "processor µs/job", [.. fulls.Select(rate => rate.CpuMicrosecondsEach)]);
        table.Add("ratio", "full / empty", [.. fulls.Zip(empties, (one, other) => one.PerSecond / other.PerSecond)], "≥ 0.90");
    }

    private static Rate Plainly(string path)
    {
        using var sqlite = new PlainSqlite(path);
        sqlite.Insert(Jobs, perCommit: 1_000);
        return sqlite.Process(PlainBatch);
    }

    private static async Task FillAsync(string path, int jobs)
    {
        await using var open = await OpenStore.AtAsync(path);
        await StoreFill.FinishedAsync(open, Noop.Operation, jobs, static _ => { });
        await StoreFill.ScheduledAsync(open.Store, Noop.Operation, jobs / 10);
    }

    private static async Task<Rate> MeasureAsync(string path)
    {
        await using (var open = await OpenStore.AtAsync(path))
        {
            await StoreFill.QueuedAsync(open.Store, Noop.Operation, Jobs);
        }

        var counter = new RunCounter(Jobs);
        using var host = CreateHost(path, counter);
        var meter = new Rate.Meter();
        await host.StartAsync();
        await counter.All;

        // Stopping drains: after it the last ends are on the disk too.
        await host.StopAsync();
        return meter.Of(Jobs);
    }

    private static IHost CreateHost(string path, RunCounter counter)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection([new("Worker:Concurrency", Slots.ToString(System.Globalization.CultureInfo.InvariantCulture))]);
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(counter);
        builder.Services.AddCloudControllerJobs(jobs => jobs
            .UseSqlite(options => options.Path = path)
            .AddHandler<Noop, NoopHandler>(NoopJson.Default.Noop));
        return builder.Build();
    }
}
