using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using CloudController.Jobs.Benchmarks.Measuring;
using CloudController.Jobs.Benchmarks.Rivals.Own;
using CloudController.Jobs.Benchmarks.Rivals.Protocol;
using CloudController.Jobs.PostgreSql.Tests;

namespace CloudController.Jobs.Benchmarks.Rivals;

/// <summary>Other job queues, plain Npgsql and this one, side by side in one run on one machine.</summary>
internal static class RivalBench
{
    // Preparing makes some itself.
    private const double BusyLoad = 1.5;

    /// <summary>One of the systems of this repository, in the process that the benchmarks started for it.</summary>
    public static Task<int> ServeAsync(string name) => QueueProtocol.ServeAsync(name switch
    {
        Rival.Plain => new PlainQueue(),
        Rival.Ours => new LibraryQueue(),
        Rival.OursByHttp => new HttpQueue(),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "Not a system of this repository."),
    });

    public static async Task<int> RunAsync(RivalSettings settings, TextWriter output, TextWriter errors)
    {
        using var stop = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);

        var rivals = settings.Only.Count == 0 ? Rival.All : [.. settings.Only.Select(Rival.Of)];
        if (!await RivalPrograms.PrepareAsync(rivals, errors))
            return 1;

        using var report = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        report.WriteLine($"- commit {await RivalPrograms.CommitAsync()}{(settings.Short ? ", a twentieth of the jobs (--short)" : "")}");
        Machine.Describe(report, settings.Directory);
        if (MachineUse.Load > BusyLoad * Environment.ProcessorCount)
            report.WriteLine("- **the machine was busy with other work**: the rates are far from what it can do, and ratios spread");

        try
        {
            await MeasureAsync(settings, rivals, report, errors, stop.Token);
        }
        catch (OperationCanceledException)
        {
            errors.WriteLine("Stopped; nothing is left behind.");
            return 1;
        }

        output.Write(report);
        if (settings.Document is { } document)
            await RivalDocument.ReplaceAsync(document, report.ToString());

        return 0;

        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            stop.Cancel();
        }
    }

    private static async Task MeasureAsync(
        RivalSettings settings, IReadOnlyList<Rival> rivals, StringWriter report, TextWriter progress, CancellationToken stopping)
    {
        await using var databases = new RivalDatabases(await PostgreSqlServer.StartAsync(settings.Directory, durable: true));
        await using var runner = new RivalRunner(databases, settings.Directory, stopping);
        await using var json = new RivalJson(settings.Json ?? Path.Combine(RivalPrograms.Artifacts, "benchmarks", "rivals.jsonl"));
        var watch = Stopwatch.StartNew();
        var cases = RivalPlan.All.Where(one => rivals.Any(rival => rival.Name == one.Rival)).ToArray();
        var results = new RivalResults();
        for (var repetition = 0; repetition < settings.Repetitions; repetition++)
        {
            foreach (var one in cases.Where(one => repetition == 0 || !one.Once))
            {
                await MeasureAsync(one, repetition);
                progress.WriteLine($"{watch.Elapsed:mm\\:ss} {repetition + 1}: {one.Rival}, {one.What}, {one.Settings}: {Show(one)}");
            }
        }

        report.WriteLine($"- PostgreSQL {await databases.VersionAsync()}: fsync, synchronous_commit and full_page_writes on, shared_buffers 512 MB");
        foreach (var rival in rivals)
        {
            var server = rival.Pending is null ? $", Redis {RedisServer.Version}" : "";
            report.WriteLine($"- {rival.Title}: {await runner.VersionsAsync(rival)}{server}");
        }

        report.WriteLine($"- {settings.Repetitions} repetitions in {watch.Elapsed.TotalMinutes:0.0} minutes, each by one system after another");
        RivalReport.Write(results, cases, report);
        progress.WriteLine($"Each measurement is in {json.Path}");

        async Task MeasureAsync(RivalCase one, int repetition)
        {
            try
            {
                var sized = settings.Sized(one);
                var outcome = await runner.MeasureAsync(sized);
                results.Add(one, repetition, outcome);
                await json.WriteAsync(sized, repetition, outcome);
            }
            catch (Exception exception) when (!stopping.IsCancellationRequested)
            {
                // The border round one measurement: the others go on without it, and the table says so.
                results.Fail(one, $"failed: {exception.Message}");
            }
        }

        string Show(RivalCase one) => results.Of(one) switch
        {
            [.., { Pickups.Count: > 0 } last] => $"p50 {last.P50:0.00} ms, p99 {last.P99:0.00} ms",
            [.., var last] => $"{last.PerSecond:N0}/s",
            _ => results.FailureOf(one)!,
        };
    }
}
