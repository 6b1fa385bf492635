using CloudController.Jobs.Storage;

namespace CloudController.Jobs.Running;

/// <summary>One leased job while this process works on it.</summary>
internal sealed class Run : IDisposable
{
    private readonly CancellationTokenSource stop;
    private int reason;
    private int left;

    public Run(ClaimedJob claimed, TimeSpan remaining, TimeProvider time, Action<Run> reported, Action<Run> logged)
    {
        Claimed = claimed;
        StartedAt = time.GetTimestamp();
        stop = new CancellationTokenSource(remaining, time);
        Reporter = new RunReporter(() => reported(this), () => logged(this));
        Context = new JobContext(claimed.Job, Reporter);
    }

    public ClaimedJob Claimed { get; }

    /// <summary>A timestamp of the clock.</summary>
    public long StartedAt { get; }

    public Job Job => Claimed.Job;

    public LeaseId Lease => Claimed.Lease;

    public RunReporter Reporter { get; }

    public JobContext Context { get; }

    public CancellationToken Stopping => stop.Token;

    /// <summary>Why it was told to stop. A token that fired without a reason is the timeout's.</summary>
    public StopReason Reason => (StopReason)Volatile.Read(ref reason) is var told && told == StopReason.None && stop.IsCancellationRequested
        ? StopReason.TimedOut
        : told;

    /// <summary>Tells it to stop. Its handler learns of it on another thread, so that no caller waits for what the handler does about it.</summary>
    public void Stop(StopReason why)
    {
        if (stop.IsCancellationRequested || Interlocked.CompareExchange(ref reason, (int)why, (int)StopReason.None) != (int)StopReason.None)
        {
            return;
        }

        ThreadPool.UnsafeQueueUserWorkItem(
            static run =>
            {
                try
                {
                    run.stop.Cancel();
                }
                catch (ObjectDisposedException)
                {
                    // It ended by itself meanwhile.
                }
                catch (AggregateException)
                {
                    // What a handler's own callback throws is its run's fault, and shows there.
                }
            },
            this,
            preferLocal: false);
    }

    /// <summary>Whether the caller is the first to take the run off its slot.</summary>
    public bool TryLeave() => Interlocked.Exchange(ref left, 1) == 0;

    public void Dispose() => stop.Dispose();
}
