using System.CommandLine;
using CloudController.Jobs.Cli.Torture;

namespace CloudController.Jobs.Cli.Commands;

/// <summary>A node of <c>ccjobs torture</c>, which alone starts it.</summary>
internal static class TortureNodeCommand
{
    public static Command Create()
    {
        var command = new Command(TortureHost.Command, "A node of a trial: reads its settings from standard input.") { Hidden = true };
        command.SetAction((_, cancellationToken) => StoreCommand.RunAsync(async output =>
        {
            await using var node = TortureHost.Create(Console.In);
            foreach (var line in await node.StartAsync(cancellationToken))
                output.Note(line);

            await node.RunAsync(cancellationToken);
            return ExitCode.Done;
        }));
        return command;
    }
}
