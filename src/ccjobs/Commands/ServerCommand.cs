using System.CommandLine;
using CloudController.Jobs.Cli.Server;

namespace CloudController.Jobs.Cli.Commands;

/// <summary><c>ccjobs server</c>, and <c>ccjobs</c> alone: the server, with settings as <c>--Key=value</c> or <c>--Key value</c>.</summary>
internal static class ServerCommand
{
    public static Command Create()
    {
        var command = new Command("server", "Runs the HTTP API and an in-process worker.");
        MakeDefaultOf(command);
        return command;
    }

    /// <summary>Makes a command run the server.</summary>
    public static void MakeDefaultOf(Command command)
    {
        var settings = SettingsArgument.Create();

        // Help of the other commands would show it as theirs.
        settings.Hidden = command is RootCommand;
        command.Add(settings);
        command.SetAction((parsed, cancellationToken) =>
            NodeCommand.RunAsync(ServerHost.Create, parsed.GetValue(settings) ?? [], cancellationToken));
    }
}
