using System.Reflection;
using CloudController.Jobs.Storage;

namespace CloudController.Jobs.Tests.Running;

/// <summary>A store whose exchanges with a worker pass through the test's hands.</summary>
public class WatchedExchanges : DispatchProxy
{
    private IJobStore store = null!;
    private Func<int, ClaimRequest?, Func<Task<Exchange>>, Task<Exchange>> watch = null!;

    /// <summary>Wraps a store.</summary>
    /// <param name="store">The store.</param>
    /// <param name="watch">Given how many ends an exchange brings, what it claims, and what makes it.</param>
    public static IJobStore Wrap(IJobStore store, Func<int, ClaimRequest?, Func<Task<Exchange>>, Task<Exchange>> watch)
    {
        var proxy = Create<IJobStore, WatchedExchanges>();
        var watched = (WatchedExchanges)(object)proxy;
        (watched.store, watched.watch) = (store, watch);
        return proxy;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
        targetMethod!.Name == nameof(IJobStore.SettleAndClaimAsync)
            ? watch(((IReadOnlyList<Settlement>)args![0]!).Count, (ClaimRequest?)args[1], () => (Task<Exchange>)targetMethod.Invoke(store, args)!)
            : targetMethod.Invoke(store, args);
}
