using CloudController.Jobs.Cli.Settings;
using Npgsql;

namespace CloudController.Jobs.Cli.Torture;

/// <summary>What a trial is made of.</summary>
/// <param name="Store">That of the trial alone.</param>
/// <param name="Nodes">How many.</param>
/// <param name="Length">For how long they are tortured.</param>
internal sealed record TorturePlan(StoreSettings Store, int Nodes, TimeSpan Length);

/// <summary>A whole trial: nodes under load, strokes, and the audit.</summary>
internal sealed class TortureRun(TimeProvider time)
{
    /// <summary>Makes it.</summary>
    /// <param name="plan">How.</param>
    /// <param name="early">Ends the strokes before their time; the audit follows all the same.</param>
    /// <param name="abandoned">Ends everything.</param>
    /// <exception cref="TortureException">It could not be made.</exception>
    public async Task<TortureResult> RunAsync(TorturePlan plan, CancellationToken early, CancellationToken abandoned)
    {
        var applicationName = $"ccjobs {plan.Store.Schema}";
        using var cluster = new Cluster(Named(plan.Store, applicationName), time);
        var executable = Executable.Own();
        for (var node = 0; node < plan.Nodes; node++)
            await cluster.AddAsync(executable, abandoned);

        var strokes = new Strokes(cluster, plan.Store, applicationName, time);
        var audit = new Audit(cluster, time);
        var balance = await AuditedAsync(cluster, audit, StrikeAsync, abandoned);
        return new TortureResult(plan, balance, strokes.Kills, strokes.Cuts);

        async Task StrikeAsync()
        {
            using var over = CancellationTokenSource.CreateLinkedTokenSource(early, abandoned);
            over.CancelAfter(plan.Length);
            await using var load = new Load(cluster, time, Kind.OfNumber, abandoned);
            await strokes.RunAsync(over.Token, abandoned);
        }
    }

    /// <summary>Watches jobs end while something is done to the nodes that work on them; when it is over, holds the ledger against the
    /// store.</summary>
    public async Task<Balance> AuditedAsync(Cluster cluster, Audit audit, Func<Task> strike, CancellationToken abandoned)
    {
        await using (new LeaseWorker(cluster, time, abandoned))
        {
            using var over = CancellationTokenSource.CreateLinkedTokenSource(abandoned);
            var watching = audit.WatchAsync(over.Token);
            await strike();
            await Task.WhenAll(cluster.Nodes.Select(node => cluster.UntilReadyAsync(node, abandoned)));
            await over.CancelAsync();
            await watching;
            await audit.UntilEndedAsync(abandoned);
        }

        // What the worker had let go has been handed in by now.
        return await audit.BalanceAsync(abandoned);
    }

    // By which its connections are known among others on the same database.
    private static StoreSettings Named(StoreSettings store, string applicationName)
    {
        if (!store.IsShared)
            return store;

        var named = new NpgsqlConnectionStringBuilder(store.ConnectionString) { ApplicationName = applicationName };
        return store with { ConnectionString = named.ConnectionString };
    }
}
