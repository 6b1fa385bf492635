using System.Reflection;
using CloudController.Jobs.Storage;

namespace CloudController.Jobs.Tests.Running;

/// <summary>A store whose claims wait for company: each is held back until another is asked for meanwhile, or for a second, as where there is to be
/// no other none will come.</summary>
public class HeldExchanges : DispatchProxy
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(1);

    private readonly Lock held = new();
    private IJobStore store = null!;
    private Action<int> look = null!;
    private TaskCompletionSource? company;
    private int asked;

    /// <summary>Wraps a store.</summary>
    /// <param name="store">The store.</param>
    /// <param name="look">Told how many jobs are asked for at a time, by all exchanges together, before the first of them is let through.</param>
    public static IJobStore Wrap(IJobStore store, Action<int> look)
    {
        var proxy = Create<IJobStore, HeldExchanges>();
        var held = (HeldExchanges)(object)proxy;
        (held.store, held.look) = (store, look);
        return proxy;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
        targetMethod!.Name == nameof(IJobStore.SettleAndClaimAsync) && args![1] is ClaimRequest request
            ? ExchangeAsync((IReadOnlyList<Settlement>)args[0]!, request, (CancellationToken)args[2]!)
            : targetMethod.Invoke(store, args);

    private async Task<Exchange> ExchangeAsync(IReadOnlyList<Settlement> settlements, ClaimRequest request, CancellationToken cancellationToken)
    {
        Interlocked.Add(ref asked, request.Limit);
        if (!HasCompany(out var awaited))
        {
            await Task.WhenAny(awaited.Task, Task.Delay(Longest, TimeProvider.System, cancellationToken));
            awaited.TrySetResult();
        }

        look(Volatile.Read(ref asked));
        try
        {
            return await store.SettleAndClaimAsync(settlements, request, cancellationToken);
        }
        finally
        {
            Interlocked.Add(ref asked, -request.Limit);
        }
    }

    private bool HasCompany(out TaskCompletionSource awaited)
    {
        lock (held)
        {
            if (company?.TrySetResult() == true)
            {
                awaited = company;
                return true;
            }

            awaited = company = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return false;
        }
    }
}
