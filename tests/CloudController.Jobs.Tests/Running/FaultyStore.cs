using System.Reflection;
using CloudController.Jobs.Storage;

namespace CloudController.Jobs.Tests.Running;

/// <summary>A store of which some calls of one verb fail, before or after it did its work, as those to an unreachable database do.</summary>
public class FaultyStore : DispatchProxy
{
    private IJobStore store = null!;
    private Fault fault = null!;
    private int calls;

    /// <summary>Wraps a store.</summary>
    public static IJobStore Wrap(IJobStore store, Fault fault)
    {
        var proxy = Create<IJobStore, FaultyStore>();
        var faulty = (FaultyStore)(object)proxy;
        (faulty.store, faulty.fault) = (store, fault);
        return proxy;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        var fails = targetMethod!.Name == fault.Verb && fault.Fails(Interlocked.Increment(ref calls));
        if (!fails)
            return targetMethod.Invoke(store, args);

        if (!fault.Afterwards)
            throw new StoreUnavailableException("Out of reach, by design of this test.");

        var done = targetMethod.Invoke(store, args)!;
        return targetMethod.ReturnType == typeof(Task) ? FailAfterAsync((Task)done) : FailAfterAsync((dynamic)done);
    }

    private static async Task FailAfterAsync(Task done)
    {
        await done;
        throw new StoreUnavailableException("The answer was lost, by design of this test.");
    }

    private static async Task<T> FailAfterAsync<T>(Task<T> done)
    {
        await done;
        throw new StoreUnavailableException("The answer was lost, by design of this test.");
    }

    private static async ValueTask<T> FailAfterAsync<T>(ValueTask<T> done)
    {
        await done;
        throw new StoreUnavailableException("The answer was lost, by design of this test.");
    }
}

/// <summary>Which calls fail.</summary>
/// <param name="Verb">Of this verb.</param>
/// <param name="Afterwards">After it did its work.</param>
/// <param name="Fails">Which of them, by number, from 1.</param>
public sealed record Fault(string Verb, bool Afterwards, Func<int, bool> Fails);
