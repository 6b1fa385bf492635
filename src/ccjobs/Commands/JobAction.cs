using System.CommandLine;
using CloudController.Jobs.Client;

namespace CloudController.Jobs.Cli.Commands;

/// <summary>Does something to the jobs that were named, or to all that match.</summary>
internal sealed class JobAction(
    Func<JobsClient, string, CancellationToken, Task<JobDocument>> actOnOne,
    Func<JobsClient, JobFilter, CancellationToken, Task<JobCounts>> actOnMany,
    Func<JobDocument, string> tell)
{
    private static readonly Argument<string[]> Guids = GuidArgument.Many();

    private static readonly Option<bool> DryRun = FlagOption.Create("--dry-run", "Only counts the jobs that match.");

    private static readonly Option<bool> Json = FlagOption.Create("--json", "Prints what the server answers, a line for each job that was named.");

    public static Command Create(
        string name,
        string description,
        Func<JobsClient, string, CancellationToken, Task<JobDocument>> actOnOne,
        Func<JobsClient, JobFilter, CancellationToken, Task<JobCounts>> actOnMany,
        Func<JobDocument, string> tell)
    {
        var command = new Command(name, description) { Guids, DryRun, Json };
        FilterOptions.AddTo(command);
        return command.Calls(new JobAction(actOnOne, actOnMany, tell).RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, JobsClient client, Output output, CancellationToken cancellationToken)
    {
        var guids = parsed.GetValue(Guids) ?? [];
        var filter = FilterOptions.Read(parsed);
        if (guids.Length == 0 && filter.IsEmpty)
            throw new UsageException("Which jobs? Name their guids, or say by options what they have in common.");
        if (guids.Length > 0 && !filter.IsEmpty)
            throw new UsageException("Guids can't be combined with options that say which jobs.");

        if (parsed.GetValue(DryRun))
            return await CountAsync(guids.Length > 0 ? new JobFilter { Guids = guids } : filter, parsed, client, output, cancellationToken);
        if (guids.Length > 0)
            return await ActAsync(guids, parsed, client, output, cancellationToken);

        var counts = await actOnMany(client, filter, cancellationToken);
        if (parsed.GetValue(Json))
            output.Json(counts.Json);
        else
            output.Line($"matched {counts.Matched}, changed {counts.Changed}, refused {counts.Refused}");
        return ExitCode.Done;
    }

    private static async Task<int> CountAsync(
        JobFilter filter, ParseResult parsed, JobsClient client, Output output, CancellationToken cancellationToken)
    {
        var page = await client.GetPageAsync(filter, perPage: 1, cancellationToken: cancellationToken);
        var matched = page.Pagination.TotalResults;
        output.Line(parsed.GetValue(Json)
            ? $$"""{"matched":{{matched}},"changed":0,"refused":0}"""
            : $"{Counted.Jobs(matched)} matched; nothing was changed.");
        return ExitCode.Done;
    }

    private async Task<int> ActAsync(string[] guids, ParseResult parsed, JobsClient client, Output output, CancellationToken cancellationToken)
    {
        var exitCode = ExitCode.Done;
        foreach (var guid in guids)
        {
            try
            {
                var job = await actOnOne(client, guid, cancellationToken);
                if (parsed.GetValue(Json))
                    output.Json(job.Json);
                else
                    output.Line($"{job.Guid}  {tell(job)}");
            }
            catch (JobsApiException exception)
            {
                output.Error($"The server said no to {guid}: {exception.Message}");
                exitCode = ExitCode.Failed;
            }
        }

        return exitCode;
    }
}
