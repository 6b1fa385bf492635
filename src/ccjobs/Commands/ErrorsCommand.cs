using System.CommandLine;
using CloudController.Jobs.Client;

namespace CloudController.Jobs.Cli.Commands;

/// <summary><c>ccjobs errors</c>: failures by operation and kind.</summary>
internal static class ErrorsCommand
{
    private static readonly Option<bool> Json = FlagOption.Create("--json", "Prints what the server answers.");

    public static Command Create() =>
        new Command("errors", "Shows failures by operation and kind: those outside the error catalogue first.") { Json }.Calls(RunAsync);

    private static async Task<int> RunAsync(ParseResult parsed, JobsClient client, Output output, CancellationToken cancellationToken)
    {
        var failures = await client.GetErrorsAsync(cancellationToken);
        if (parsed.GetValue(Json))
            output.Json(failures.Json);
        else if (failures.Resources.Count == 0)
            output.Line("No failures.");
        else
            Show(failures, output);

        return ExitCode.Done;
    }

    private static void Show(FailureList failures, Output output)
    {
        var table = new Columns("operation", "kind", "count", "last", "queues", "sample", "what happened");
        foreach (var failure in failures.Resources)
        {
            table.Add(
                failure.Operation,
                failure.Kind,
                $"{failure.Count}",
                JobText.Time(failure.LastAt),
                string.Join(", ", failure.Queues),
                failure.Sample?.Guid,
                JobText.FirstLine(failure.Sample?.Exception));
        }

        output.Show(table);
        if (failures.Partial)
            output.Line($"There may be more: the newest {failures.Examined} failures were looked at.");
    }
}
