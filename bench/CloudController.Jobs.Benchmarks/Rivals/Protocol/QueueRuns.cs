namespace CloudController.Jobs.Benchmarks.Rivals.Protocol;

/// <summary>Hears of each run of a handler.</summary>
/// <param name="expected">How many there will be.</param>
/// <param name="onRun">Called at each.</param>
internal sealed class QueueRuns(int expected, Action? onRun = null)
{
    private readonly TaskCompletionSource all = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int count;

    public static QueueRuns None => new(0);

    /// <summary>Ends when as many have begun as were expected.</summary>
    public Task All => all.Task;

    /// <summary>Called first thing in a handler.</summary>
    public void Add()
    {
        onRun?.Invoke();
        if (Interlocked.Increment(ref count) == expected)
            all.TrySetResult();
    }

    /// <summary>Called by whoever knows that nothing is left.</summary>
    public void End() => all.TrySetResult();
}
