using System.CommandLine;

namespace CloudController.Jobs.Cli.Commands;

/// <summary><c>ccjobs retry</c>: runs ended jobs again.</summary>
internal static class RetryCommand
{
    public static Command Create() => JobAction.Create(
        "retry",
        "Runs failed, cancelled or expired jobs again, under the same guid.",
        (client, guid, cancellationToken) => client.RetryAsync(guid, cancellationToken),
        (client, filter, cancellationToken) => client.RetryManyAsync(filter, cancellationToken),
        JobText.Phase);
}
