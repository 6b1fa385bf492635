using System.CommandLine;
using CloudController.Jobs.Client;

namespace CloudController.Jobs.Cli.Commands;

/// <summary>The options that say which jobs, of <c>list</c>, <c>cancel</c> and <c>retry</c>.</summary>
internal static class FilterOptions
{
    private static readonly string[] AllPhases =
    [
        PhaseNames.Queued, PhaseNames.Scheduled, PhaseNames.Waiting, PhaseNames.Held, PhaseNames.Running, PhaseNames.Polling,
        PhaseNames.Finished, PhaseNames.Failed, PhaseNames.Cancelled, PhaseNames.Expired,
    ];

    private static readonly Option<string?> State = new("--state")
    {
        Description = "PROCESSING, POLLING, COMPLETE or FAILED, or as the v2 API says it: queued, running, finished or failed.",
        HelpName = "S",
    };

    private static readonly Option<string?> Phase = new("--phase") { Description = $"One of {string.Join(", ", AllPhases)}.", HelpName = "P" };

    private static readonly Option<string?> Queue = new("--queue") { Description = "The queue.", HelpName = "Q" };

    private static readonly Option<string?> Operation = new("--operation") { Description = "The operation.", HelpName = "O" };

    private static readonly Option<string?> Selector = new("--label-selector", "-l")
    {
        Description = "Labels, such as env=prod,tier!=web.",
        HelpName = "SELECTOR",
    };

    static FilterOptions()
    {
        State.CompletionSources.Add(StateNames.Processing, StateNames.Polling, StateNames.Complete, StateNames.Failed);
        Phase.CompletionSources.Add(AllPhases);
    }

    public static void AddTo(Command command)
    {
        foreach (var option in new[] { State, Phase, Queue, Operation, Selector })
            command.Add(option);
    }

    /// <exception cref="UsageException">A state or phase is none.</exception>
    public static JobFilter Read(ParseResult parsed)
    {
        var filter = new JobFilter
        {
            Queues = List(parsed.GetValue(Queue)),
            Operations = List(parsed.GetValue(Operation)),
            LabelSelector = parsed.GetValue(Selector),
            Phases = List(ReadPhase(parsed.GetValue(Phase))),
        };
        return parsed.GetValue(State) is { } state ? WithState(filter, state) : filter;
    }

    private static JobFilter WithState(JobFilter filter, string state) => state.ToUpperInvariant() switch
    {
        StateNames.Processing or StateNames.Polling or StateNames.Complete or StateNames.Failed => filter with { States = [state.ToUpperInvariant()] },
        "FINISHED" => filter with { States = [StateNames.Complete] },
        "QUEUED" or "RUNNING" when filter.Phases is not null => throw new UsageException($"--state {state} can't be combined with --phase."),
        "QUEUED" => filter with { Phases = [PhaseNames.Queued, PhaseNames.Scheduled] },
        "RUNNING" => filter with { Phases = [PhaseNames.Running, PhaseNames.Polling] },
        _ => throw new UsageException(
            $"--state is '{state}'; it can be PROCESSING, POLLING, COMPLETE, FAILED, or queued, running, finished, failed."),
    };

    private static string? ReadPhase(string? phase)
    {
        if (phase is null || AllPhases.Contains(phase))
            return phase;

        throw new UsageException($"--phase is '{phase}'; it can be {string.Join(", ", AllPhases)}.");
    }

    private static string[]? List(string? value) => value is null ? null : [value];
}
