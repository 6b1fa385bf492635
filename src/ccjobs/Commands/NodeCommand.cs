using CloudController.Jobs.Cli.Server;
using CloudController.Jobs.Cli.Settings;

namespace CloudController.Jobs.Cli.Commands;

/// <summary>What <c>ccjobs server</c> and <c>ccjobs worker</c> have in common.</summary>
internal static class NodeCommand
{
    /// <summary>Starts a node, says what there is to say about it, and runs it until a signal comes.</summary>
    public static Task<int> RunAsync(Func<IConfigurationRoot, Node> create, string[] settings, CancellationToken cancellationToken) =>
        StoreCommand.RunAsync(async output =>
        {
            await using var node = create(SettingSources.Read(settings));
            foreach (var line in await node.StartAsync(cancellationToken))
                output.Note(line);

            await node.RunAsync(cancellationToken);
            return ExitCode.Done;
        });
}
