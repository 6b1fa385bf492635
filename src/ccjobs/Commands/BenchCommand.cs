using System.CommandLine;
using CloudController.Jobs.Cli.Bench;
using CloudController.Jobs.Cli.Settings;

namespace CloudController.Jobs.Cli.Commands;

/// <summary><c>ccjobs bench</c>: how fast jobs are kept and run here.</summary>
internal static class BenchCommand
{
    private const int DefaultJobs = 20_000;
    private const int MostJobs = 10_000_000;

    private static readonly Option<string?> Store = new("--store") { Description = "sqlite or postgres; by default the configured store.", HelpName = "STORE" };

    private static readonly Option<int?> Jobs = NumberOption.Create("--jobs", $"How many jobs, {DefaultJobs} by default.", 1, MostJobs);

    private static readonly Option<bool> Json = new("--json") { Description = "Prints one JSON document." };

    public static Command Create()
    {
        var settings = SettingsArgument.Create();
        var command = new Command("bench", "Measures enqueuing and running on this machine, in a file or schema of its own that it drops.")
        {
            Store, Jobs, Json, settings,
        };
        command.SetAction((parsed, cancellationToken) => StoreCommand.RunAsync(output =>
        {
            string[] store = parsed.GetValue(Store) is { } chosen ? [$"--Store={chosen}"] : [];
            var configuration = SettingSources.Read([.. parsed.GetValue(settings) ?? [], .. store]);
            var jobs = parsed.GetValue(Jobs) ?? DefaultJobs;
            return RunAsync(StoreSettings.From(configuration), jobs, parsed.GetValue(Json), output, cancellationToken);
        }));
        return command;
    }

    private static async Task<int> RunAsync(StoreSettings store, int jobs, bool asJson, Output output, CancellationToken cancellationToken)
    {
        await using var benched = new TemporaryStore(store, "bench");
        await using var bench = await JobBench.StartAsync(benched.Settings, cancellationToken);
        try
        {
            var result = await bench.RunAsync(jobs);
            if (asJson)
                output.Json(result.ToJson());
            else
                Show(benched.Name, result, output);

            return ExitCode.Done;
        }
        catch (OperationCanceledException)
        {
            output.Error("Interrupted; nothing was measured.");
            return ExitCode.Interrupted;
        }
    }

    private static void Show(string store, BenchResult result, Output output)
    {
        output.Line($"{store}; {result.Jobs:N0} jobs from {JobBench.Callers} callers, then {result.Jobs:N0} in bulks of {JobBench.Bulk:N0};"
            + $" {JobBench.Concurrency:N0} run at once.");
        output.Line($"enqueue_per_second  {result.EnqueuePerSecond,12:N0}");
        output.Line($"bulk_per_second     {result.BulkPerSecond,12:N0}");
        output.Line($"process_per_second  {result.ProcessPerSecond,12:N0}");
        output.Line($"pickup_ms p50       {result.PickupP50.TotalMilliseconds,12:N2}");
        output.Line($"pickup_ms p99       {result.PickupP99.TotalMilliseconds,12:N2}");
    }
}
