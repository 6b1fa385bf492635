using System.CommandLine;

namespace CloudController.Jobs.Cli.Commands;

/// <summary><c>ccjobs cancel</c>: ends what waits, asks what runs to stop.</summary>
internal static class CancelCommand
{
    public static Command Create() => JobAction.Create(
        "cancel",
        "Cancels jobs: one that waits ends at once, one that runs is asked to stop.",
        (client, guid, cancellationToken) => client.CancelAsync(guid, cancellationToken),
        (client, filter, cancellationToken) => client.CancelManyAsync(filter, cancellationToken),
        job => job.IsTerminal ? JobText.Phase(job) : $"{JobText.Phase(job)}, asked to stop");
}
