using System.CommandLine;
using CloudController.Jobs.Client;

namespace CloudController.Jobs.Cli.Commands;

/// <summary><c>--watch</c>: shows the same again and again, in place on a terminal, block after block elsewhere.</summary>
internal static class WatchOption
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private static readonly Option<bool> Watch = FlagOption.Create(
        "--watch", $"Shows it again every {Interval.TotalSeconds:0} seconds until Ctrl-C, in place on a terminal.");

    public static void AddTo(Command command) => command.Add(Watch);

    /// <summary>Shows once, or again and again if that was asked for.</summary>
    /// <param name="parsed">Says which.</param>
    /// <param name="output">Where to.</param>
    /// <param name="read">Reads what there is to show, and returns how to show it.</param>
    /// <param name="cancellationToken">Ends the watching, which is what it is for: exit 0.</param>
    public static async Task<int> RunAsync(ParseResult parsed, Output output, Func<Task<Action>> read, CancellationToken cancellationToken)
    {
        (await read())();
        if (!parsed.GetValue(Watch))
            return ExitCode.Done;

        using var timer = new PeriodicTimer(Interval, TimeProvider.System);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
                output.ShowNext(await TryAsync(read, output));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Whoever watched has seen enough.
        }

        return ExitCode.Done;
    }

    // A server that restarts is back soon.
    private static async Task<Action> TryAsync(Func<Task<Action>> read, Output output)
    {
        try
        {
            return await read();
        }
        catch (Exception exception) when (exception is JobsServerUnreachableException or JobsApiException)
        {
            return () => output.Error(exception.Message);
        }
    }
}
