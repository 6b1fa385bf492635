using System.CommandLine;
using CloudController.Jobs.Cli.Server;

namespace CloudController.Jobs.Cli.Commands;

/// <summary><c>ccjobs worker</c>: a worker without HTTP API, with settings as the server's.</summary>
internal static class WorkerCommand
{
    public static Command Create()
    {
        var settings = SettingsArgument.Create();
        var command = new Command("worker", "Runs a worker alone, on PostgreSQL; with --urls it answers /healthz and /readyz.") { settings };
        command.SetAction((parsed, cancellationToken) =>
            NodeCommand.RunAsync(WorkerHost.Create, parsed.GetValue(settings) ?? [], cancellationToken));
        return command;
    }
}
