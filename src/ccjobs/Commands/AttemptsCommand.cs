using System.CommandLine;
using CloudController.Jobs.Client;

namespace CloudController.Jobs.Cli.Commands;

/// <summary><c>ccjobs attempts</c>: every run of a job.</summary>
internal static class AttemptsCommand
{
    private static readonly Argument<string> Guid = GuidArgument.One();

    private static readonly Option<bool> Json = FlagOption.Create("--json", "Prints what the server answers.");

    public static Command Create() =>
        new Command("attempts", "Shows every run of a job, the oldest first: when, by whom, how it ended.") { Guid, Json }.Calls(RunAsync);

    private static async Task<int> RunAsync(ParseResult parsed, JobsClient client, Output output, CancellationToken cancellationToken)
    {
        var attempts = await client.GetAttemptsAsync(parsed.GetRequiredValue(Guid), cancellationToken);
        if (parsed.GetValue(Json))
            output.Json(attempts.Json);
        else if (attempts.Resources.Count == 0)
            output.Line("No attempts.");
        else
            Show(attempts, output);

        return ExitCode.Done;
    }

    private static void Show(AttemptList attempts, Output output)
    {
        var now = TimeProvider.System.GetUtcNow();
        string[] names = ["run", "attempt", "started", "took", "outcome", "worker", "error"];
        var seesExceptions = attempts.Resources.Any(run => run.Exception is not null);
        var table = new Columns(seesExceptions ? [.. names, "what happened"] : names);
        foreach (var run in attempts.Resources)
        {
            Cell[] cells =
            [
                $"{run.Run}",
                $"{run.Number}",
                JobText.Time(run.StartedAt),
                JobText.Age((run.EndedAt ?? now) - run.StartedAt),
                run.Outcome ?? "running",
                run.Worker,
                run.Errors is [var first, ..] ? JobText.Error(first) : null,
                JobText.FirstLine(run.Exception),
            ];
            table.Add(cells[..(seesExceptions ? cells.Length : names.Length)]);
        }

        output.Show(table);
    }
}
