namespace CloudController.Jobs.Storage;

/// <summary>Waits for changes of one job; shared by all who follow it on this node.</summary>
public sealed class JobWatch : IDisposable
{
    private readonly JobSignals signals;
    private readonly Guid job;
    private readonly Lock gate = new();
    private TaskCompletionSource? changed;
    private int followers;

    internal JobWatch(JobSignals signals, Guid job) => (this.signals, this.job) = (signals, job);

    /// <summary>Completes at the next change. Take it before reading the job, so that no change between the two is missed.</summary>
    public Task NextChange
    {
        get
        {
            lock (gate)
            {
                return (changed ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            }
        }
    }

    /// <summary>Stops following.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            if (--followers > 0)
            {
                return;
            }

            followers = -1;
        }

        signals.Remove(job, this);
    }

    internal bool TryEnter()
    {
        lock (gate)
        {
            if (followers < 0)
            {
                return false;
            }

            followers++;
            return true;
        }
    }

    internal void Signal()
    {
        TaskCompletionSource? signalled;
        lock (gate)
        {
            signalled = changed;
            changed = null;
        }

        signalled?.TrySetResult();
    }
}
