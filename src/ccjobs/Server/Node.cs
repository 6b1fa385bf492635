using System.Runtime.ExceptionServices;
using CloudController.Jobs.Maintenance;
using CloudController.Jobs.Storage;

namespace CloudController.Jobs.Cli.Server;

/// <summary>A server or a worker, built and with all its settings found right, but not started.</summary>
/// <param name="host">What runs; it goes with the node.</param>
/// <param name="started">Set once it runs.</param>
/// <param name="banner">What there is to say about it then.</param>
internal sealed class Node(IHost host, StartFlag started, Func<IEnumerable<string>> banner) : IAsyncDisposable
{
    /// <summary>Starts it.</summary>
    /// <returns>What there is to say about it, one line a fact.</returns>
    public async Task<IEnumerable<string>> StartAsync(CancellationToken cancellationToken)
    {
        await host.StartAsync(cancellationToken);
        started.Set();
        return banner();
    }

    /// <summary>Runs until a signal comes, then drains.</summary>
    /// <exception cref="StoreRefusedException">The store was out of reach at first, and then refused this program.</exception>
    /// <exception cref="StoreSchemaException">Likewise.</exception>
    /// <exception cref="StoreMovedException">Likewise.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await host.WaitForShutdownAsync(cancellationToken);
        if (host.Services.GetRequiredService<StoreOpener>().Refusal is { } refusal)
            ExceptionDispatchInfo.Throw(refusal);
    }

    // The framework's hosts can all be disposed of asynchronously, and a store can only be.
    public ValueTask DisposeAsync() => ((IAsyncDisposable)host).DisposeAsync();
}
