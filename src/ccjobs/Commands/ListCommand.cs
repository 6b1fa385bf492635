using System.CommandLine;
using CloudController.Jobs.Client;

namespace CloudController.Jobs.Cli.Commands;

/// <summary><c>ccjobs list</c>: the newest jobs that match.</summary>
internal static class ListCommand
{
    private static readonly Option<int?> Limit = NumberOption.Create("--limit", "How many, 1 to 5000, by default 50.", 1, 5_000);

    private static readonly Option<bool> Json = FlagOption.Create("--json", "Prints the page as the server shows it.");

    public static Command Create()
    {
        var command = new Command("list", "Lists jobs, the newest first.");
        FilterOptions.AddTo(command);
        command.Add(Limit);
        command.Add(Json);
        WatchOption.AddTo(command);
        return command.Calls(RunAsync);
    }

    private static Task<int> RunAsync(ParseResult parsed, JobsClient client, Output output, CancellationToken cancellationToken)
    {
        var filter = FilterOptions.Read(parsed) with { OrderBy = "-created_at" };
        return WatchOption.RunAsync(parsed, output, ReadAsync, cancellationToken);

        async Task<Action> ReadAsync()
        {
            var page = await client.GetPageAsync(filter, perPage: parsed.GetValue(Limit) ?? 50, cancellationToken: cancellationToken);
            return parsed.GetValue(Json) ? () => output.Json(page.Json) : () => Show(page, output);
        }
    }

    private static void Show(JobPage page, Output output)
    {
        if (page.Resources.Count == 0)
        {
            output.Line("No jobs.");
            return;
        }

        var now = TimeProvider.System.GetUtcNow();
        var table = new Columns("guid", "operation", "phase", "queue", "try", "age", "progress");
        foreach (var job in page.Resources)
        {
            var phase = JobText.Phase(job);
            table.Add(
                job.Guid,
                job.Operation,
                new Cell(phase, JobText.Style(phase)),
                job.Queue,
                job.Attempt is null ? null : $"{job.Attempt}/{job.MaxAttempts}",
                JobText.Age(now - job.CreatedAt),
                JobText.Progress(job));
        }

        output.Show(table);
        if (output.IsTerminal && page.Pagination.TotalResults > page.Resources.Count)
            output.Line($"{page.Resources.Count} of {Counted.Jobs(page.Pagination.TotalResults)}");
    }
}
