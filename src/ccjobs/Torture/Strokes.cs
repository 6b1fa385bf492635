using CloudController.Jobs.Cli.Settings;
using CloudController.Jobs.PostgreSql;
using CloudController.Jobs.Storage;

namespace CloudController.Jobs.Cli.Torture;

/// <summary>What is done to nodes: killed at random, and all their connections cut.</summary>
internal sealed class Strokes(Cluster cluster, StoreSettings store, string applicationName, TimeProvider time)
{
    private const int OneInCuts = 3;
    private const double ShortestPause = 0.5;
    private const double LongestPause = 2.5;

    /// <summary>How often a node was killed.</summary>
    public int Kills { get; private set; }

    /// <summary>How many connections were cut.</summary>
    public long Cuts { get; private set; }

    /// <summary>Goes on until it is stopped, but strikes once at least; then all nodes are up again.</summary>
    /// <exception cref="TortureException">A node did not start.</exception>
    public async Task RunAsync(CancellationToken stop, CancellationToken abandoned)
    {
        var starting = cluster.Nodes.ToDictionary(node => node, _ => Task.CompletedTask);
        while (await PauseAsync(stop) || Kills + Cuts == 0)
        {
            if (store.IsShared && Random.Shared.Next(OneInCuts) == 0)
                await CutAsync(abandoned);
            else
                await KillAsync(starting, abandoned);
        }

        await Task.WhenAll(starting.Values);
    }

    private async Task<bool> PauseAsync(CancellationToken stop)
    {
        var pause = TimeSpan.FromSeconds(ShortestPause + (Random.Shared.NextDouble() * (LongestPause - ShortestPause)));
        await Task.Delay(pause, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return !stop.IsCancellationRequested;
    }

    private async Task CutAsync(CancellationToken abandoned)
    {
        try
        {
            Cuts += await PostgreSqlConnections.TerminateAsync(store.ConnectionString!, applicationName, abandoned);
        }
        catch (StoreUnavailableException)
        {
            // Someone else tortures it, too.
        }
    }

    // Of several nodes one is always left, so that there is something to kill.
    private async Task KillAsync(Dictionary<TortureNode, Task> starting, CancellationToken abandoned)
    {
        var up = cluster.Nodes.Where(node => starting[node].IsCompleted).ToArray();
        if (up.Length < Math.Min(2, cluster.Nodes.Count))
            return;

        var node = up[Random.Shared.Next(up.Length)];
        await starting[node];
        await node.KillAsync();
        starting[node] = node.StartAsync(abandoned);
        Kills++;
    }
}
