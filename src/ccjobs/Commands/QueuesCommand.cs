using System.CommandLine;
using CloudController.Jobs.Client;

namespace CloudController.Jobs.Cli.Commands;

/// <summary><c>ccjobs queues</c>: shows the queues, pauses, resumes and limits them.</summary>
internal static class QueuesCommand
{
    private static readonly Argument<string> Name = NameArgument.Create("NAME", "The queue.");

    private static readonly Option<string?> Reason = new("--reason") { Description = "Why, for whoever finds it so.", HelpName = "R" };

    private static readonly Option<bool> Json = FlagOption.Create("--json", "Prints what the server answers.");

    public static Command Create()
    {
        var pause = new Command("pause", "Stops claims from a queue; what runs goes on.") { Name, Reason, Json };
        var resume = new Command("resume", "Lets a queue be claimed from again.") { Name, Reason, Json };
        var limit = new Command("limit", "Limits a queue, on all nodes together; what runs goes on.")
        {
            Name, LimitOptions.Concurrency, LimitOptions.Rate, Json,
        };
        limit.Validators.Add(LimitOptions.Require);
        var queues = new Command("queues", "Shows the queues, pauses, resumes and limits them.")
        {
            Json,
            pause.Calls((parsed, client, output, cancellationToken) => ChangeAsync(client.PauseQueueAsync, parsed, output, cancellationToken)),
            resume.Calls((parsed, client, output, cancellationToken) => ChangeAsync(client.ResumeQueueAsync, parsed, output, cancellationToken)),
            limit.Calls(LimitAsync),
        };
        WatchOption.AddTo(queues);
        return queues.Calls(ListAsync);
    }

    private static Task<int> ListAsync(ParseResult parsed, JobsClient client, Output output, CancellationToken cancellationToken)
    {
        return WatchOption.RunAsync(parsed, output, ReadAsync, cancellationToken);

        async Task<Action> ReadAsync()
        {
            var queues = await client.GetQueuesAsync(cancellationToken);
            return parsed.GetValue(Json) ? () => output.Json(queues.Json) : () => Show(queues, output);
        }
    }

    private static async Task<int> ChangeAsync(
        Func<string, string?, CancellationToken, Task<QueueDocument>> change, ParseResult parsed, Output output, CancellationToken cancellationToken)
    {
        var queue = await change(parsed.GetRequiredValue(Name), parsed.GetValue(Reason), cancellationToken);
        if (parsed.GetValue(Json))
            output.Json(queue.Json);
        else
            output.Line($"{queue.Name}  {(queue.Paused is null ? "open" : "paused")}");

        return ExitCode.Done;
    }

    private static async Task<int> LimitAsync(ParseResult parsed, JobsClient client, Output output, CancellationToken cancellationToken)
    {
        var queue = await client.LimitQueueAsync(parsed.GetRequiredValue(Name), LimitOptions.Read(parsed), cancellationToken);
        if (parsed.GetValue(Json))
            output.Json(queue.Json);
        else
            output.Line($"{queue.Name}  {Limits(queue) ?? "no limits"}");

        return ExitCode.Done;
    }

    private static void Show(QueueList queues, Output output)
    {
        if (queues.Resources.Count == 0)
        {
            output.Line("No queues.");
            return;
        }

        string[] phases =
        [
            PhaseNames.Queued, PhaseNames.Scheduled, PhaseNames.Running, PhaseNames.Polling,
            .. queues.Resources.SelectMany(queue => queue.Counts.Keys).Intersect([PhaseNames.Waiting, PhaseNames.Held]),
        ];
        var table = new Columns(["queue", .. phases, "oldest", "limits", "paused"]);
        foreach (var queue in queues.Resources)
        {
            table.Add(
            [
                queue.Name,
                .. phases.Select(phase => new Cell($"{queue.Counts.GetValueOrDefault(phase)}{(queue.AtLeast.Contains(phase) ? "+" : null)}")),
                queue.OldestWaitingSeconds is { } seconds ? JobText.Age(TimeSpan.FromSeconds(seconds)) : null,
                Limits(queue),
                Pause(queue.Paused),
            ]);
        }

        output.Show(table);
    }

    private static string? Limits(QueueDocument queue)
    {
        var concurrency = queue.Concurrency is { } most ? $"{most} at once" : null;
        var rate = queue.Rate is { } starts ? $"{starts.Count} in {starts.Seconds} s" : null;
        return concurrency is null || rate is null ? concurrency ?? rate : $"{concurrency}, {rate}";
    }

    private static string? Pause(PauseDocument? pause) => pause is null
        ? null
        : string.Join(", ", new[] { pause.Since is { } since ? $"since {JobText.Time(since)}" : "yes", pause.By is { } by ? $"by {by}" : null, pause.Reason }
            .Where(part => !string.IsNullOrEmpty(part)));
}
