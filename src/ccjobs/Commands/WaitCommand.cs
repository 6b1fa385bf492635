using System.CommandLine;
using CloudController.Jobs.Client;

namespace CloudController.Jobs.Cli.Commands;

/// <summary><c>ccjobs wait</c>: waits for several jobs at once.</summary>
internal static class WaitCommand
{
    /// <summary>For each request; shorter than the client's timeout.</summary>
    private const int Seconds = 20;

    /// <summary>A server that restarts is back by then.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private static readonly Argument<string[]> Guids = GuidArgument.Many();

    private static readonly Option<string?> Selector = new("--label-selector", "-l")
    {
        Description = "Instead of guids: the jobs with these labels, such as release=42; at most 1000.",
        HelpName = "SELECTOR",
    };

    private static readonly Option<bool> Any = FlagOption.Create("--any", "Until one has ended.");

    private static readonly Option<bool> All = FlagOption.Create("--all", "Until all have ended; that is what it does without an option, too.");

    private static readonly Option<bool> Json = FlagOption.Create("--json", "Prints what the server answers last.");

    public static Command Create() =>
        new Command("wait", "Waits until jobs have ended; exit 1 if one failed.") { Guids, Selector, Any, All, Json }.Calls(RunAsync);

    private static async Task<int> RunAsync(ParseResult parsed, JobsClient client, Output output, CancellationToken cancellationToken)
    {
        var wait = Read(parsed);
        var waited = await WaitAsync(wait, client, cancellationToken);
        if (parsed.GetValue(Json))
            output.Json(waited.Json);
        else
            output.Line($"finished {waited.Ended - waited.Failed}, failed {waited.Failed}, open {waited.Open.Count}");

        return waited.Failed > 0 ? ExitCode.Failed : ExitCode.Done;
    }

    private static JobWait Read(ParseResult parsed)
    {
        var (guids, selector) = (parsed.GetValue(Guids) ?? [], parsed.GetValue(Selector));
        if (guids.Length == 0 == selector is null)
            throw new UsageException("Which jobs? Name either their guids or, with -l, their labels.");
        if (guids.Length > 1_000)
            throw new UsageException("1000 jobs can be waited for at once, and no more.");
        if (parsed.GetValue(Any) && parsed.GetValue(All))
            throw new UsageException("--any and --all can't be combined.");

        return new JobWait
        {
            Guids = selector is null ? guids : null,
            LabelSelector = selector,
            Until = parsed.GetValue(Any) ? WaitUntil.Any : WaitUntil.All,
            Seconds = Seconds,
        };
    }

    private static async Task<WaitedJobs> WaitAsync(JobWait wait, JobsClient client, CancellationToken cancellationToken)
    {
        var clock = TimeProvider.System;
        var answered = clock.GetTimestamp();
        while (true)
        {
            try
            {
                var asked = clock.GetTimestamp();
                var waited = await client.WaitAsync(wait, cancellationToken);
                if (waited.Open.Count == 0 || (wait.Until == WaitUntil.Any && waited.Ended > 0))
                    return waited;

                // A server that stops holds no answer.
                answered = clock.GetTimestamp();
                if (clock.GetElapsedTime(asked, answered) < Pause)
                    await Task.Delay(Pause, clock, cancellationToken);
            }
            catch (Exception exception) when (PassingTrouble.Is(exception) && clock.GetElapsedTime(answered) < Patience)
            {
                await Task.Delay(PassingTrouble.Pause(exception, Pause), clock, cancellationToken);
            }
        }
    }
}
