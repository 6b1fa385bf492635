using System.CommandLine;
using System.Globalization;
using System.Runtime.InteropServices;
using CloudController.Jobs.Cli.Settings;
using CloudController.Jobs.Cli.Torture;

namespace CloudController.Jobs.Cli.Commands;

/// <summary><c>ccjobs torture</c>: shows on the user's own database that nothing is lost, whatever is killed or cut off.</summary>
internal static class TortureCommand
{
    private const int MostNodes = 16;
    private const int DefaultNodes = 3;
    private const double LeastMinutes = 0.05;
    private const double MostMinutes = 10_080;
    private const int ShownViolations = 20;

    private static readonly Option<double> Minutes = CreateMinutes();

    private static readonly Option<int?> Nodes = NumberOption.Create(
        "--nodes", $"How many nodes, {DefaultNodes} by default; on SQLite one.", 1, MostNodes);

    private static readonly Option<bool> Json = new("--json") { Description = "Prints one JSON document." };

    public static Command Create()
    {
        var settings = SettingsArgument.Create();
        const string Purpose =
            "Kills nodes and cuts their connections under load, and checks that nothing is lost, in a file or schema of its own that it drops.";
        var command = new Command("torture", Purpose)
        {
            Minutes, Nodes, Json, settings,
        };
        command.SetAction((parsed, _) => StoreCommand.RunAsync(output =>
        {
            var store = StoreSettings.From(SettingSources.Read(parsed.GetValue(settings) ?? []));
            var nodes = parsed.GetValue(Nodes) ?? (store.IsShared ? DefaultNodes : 1);
            if (!store.IsShared && nodes > 1)
                throw new UsageException($"--nodes is {nodes}, and Store is sqlite, which belongs to one process; it can be 1.");

            return RunAsync(store, nodes, TimeSpan.FromMinutes(parsed.GetValue(Minutes)), parsed.GetValue(Json), output);
        }));
        return command;
    }

    private static Option<double> CreateMinutes() => new("--minutes")
    {
        Description = "For how long, fractions allowed.",
        HelpName = "N",
        Required = true,
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var minutes)
                && minutes is >= LeastMinutes and <= MostMinutes)
            {
                return minutes;
            }

            result.AddError($"--minutes is '{text}'; it can be {LeastMinutes.ToString(CultureInfo.InvariantCulture)} to {MostMinutes}.");
            return 0;
        },
    };

    private static async Task<int> RunAsync(StoreSettings configured, int nodes, TimeSpan length, bool asJson, Output output)
    {
        using var early = new CancellationTokenSource();
        using var abandoned = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Heed);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Heed);
        await using var store = new TemporaryStore(configured, "torture");
        try
        {
            if (!asJson)
                output.Note($"{store.Name}, {nodes} node{(nodes == 1 ? "" : "s")}, {length.TotalMinutes:0.##} minutes; an interrupt ends it early.");

            var plan = new TorturePlan(store.Settings, nodes, length);
            var result = await new TortureRun(TimeProvider.System).RunAsync(plan, early.Token, abandoned.Token);
            if (asJson)
                output.Json(result.ToJson());
            else
                Show(result, output);

            return Judge(result, output);
        }
        catch (TortureException exception)
        {
            output.Error(exception.Message);
            return ExitCode.Failed;
        }
        catch (OperationCanceledException) when (abandoned.IsCancellationRequested)
        {
            output.Error("Interrupted before the ledger was checked.");
            return ExitCode.Interrupted;
        }

        // The first ends the strokes, and the ledger is checked; the second ends that, too.
        void Heed(PosixSignalContext context)
        {
            context.Cancel = true;
            (early.IsCancellationRequested ? abandoned : early).Cancel();
        }
    }

    private static void Show(TortureResult result, Output output)
    {
        foreach (var (name, value) in result.Figures)
            output.Line($"{name.Replace('_', ' '),-24}{value,12:N0}");
    }

    private static int Judge(TortureResult result, Output output)
    {
        foreach (var violation in result.Balance.Violations.OrderBy(violation => violation.Promise).Take(ShownViolations))
            output.Error(violation.Job is { } job ? $"Job {job}: {violation.Sentence}." : $"Promise broken: {violation.Sentence}.");

        return result.IsClean ? ExitCode.Done : ExitCode.Failed;
    }
}
