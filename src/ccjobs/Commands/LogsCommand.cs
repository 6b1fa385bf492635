using System.CommandLine;
using CloudController.Jobs.Client;

namespace CloudController.Jobs.Cli.Commands;

/// <summary><c>ccjobs logs</c>: what a job's runs wrote.</summary>
internal static class LogsCommand
{
    /// <summary>As long as a node lets a log wait.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static readonly Argument<string> Guid = GuidArgument.One();

    private static readonly Option<bool> Follow = FlagOption.Create("--follow", "Goes on until the job has ended.");

    private static readonly Option<bool> Json = FlagOption.Create("--json", "Prints the runs as the server shows them.");

    public static Command Create() =>
        new Command("logs", "Shows what a job's runs wrote to its log, and to those who read everything also what was logged within them.")
        {
            Guid, Follow, Json,
        }.Calls(RunAsync);

    private static async Task<int> RunAsync(ParseResult parsed, JobsClient client, Output output, CancellationToken cancellationToken)
    {
        var guid = parsed.GetRequiredValue(Guid);
        if (parsed.GetValue(Follow))
        {
            if (parsed.GetValue(Json))
                throw new UsageException("--follow and --json can't be combined.");

            await FollowAsync(guid, client, output, cancellationToken);
            return ExitCode.Done;
        }

        var attempts = await client.GetAttemptsAsync(guid, cancellationToken);
        if (parsed.GetValue(Json))
            output.Json(attempts.Json);
        else
            new ShownLogs(output).Show(attempts.Resources);

        return ExitCode.Done;
    }

    // A log that grows changes nothing by which the server would wake anyone: it is asked for again, the end of the job comes at once.
    private static async Task FollowAsync(string guid, JobsClient client, Output output, CancellationToken cancellationToken)
    {
        var (logs, clock) = (new ShownLogs(output), TimeProvider.System);
        var answered = clock.GetTimestamp();
        for (var ended = false; !ended;)
        {
            try
            {
                // First the job, then its logs: what it wrote last is there once it has ended.
                var asked = clock.GetTimestamp();
                ended = (await client.GetAsync(guid, logs.IsEmpty ? null : Interval, cancellationToken)).IsTerminal;
                logs.Show((await client.GetAttemptsAsync(guid, cancellationToken)).Resources);
                answered = clock.GetTimestamp();
                if (!ended && clock.GetElapsedTime(asked) is var took && took < Interval)
                    await Task.Delay(Interval - took, clock, cancellationToken);
            }
            catch (Exception exception) when (PassingTrouble.Is(exception) && clock.GetElapsedTime(answered) < Patience)
            {
                await Task.Delay(PassingTrouble.Pause(exception, Interval), clock, cancellationToken);
            }
        }
    }
}
