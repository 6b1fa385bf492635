using CloudController.Jobs.Storage;
using Microsoft.Extensions.Logging;

namespace CloudController.Jobs.AspNetCore.V3.Events;

/// <summary>Reads one job after each of its changes, and wakes those who follow it. Between changes it is data, no task.</summary>
internal sealed class JobFeed(Guid job, IJobStore store, JobWatch watch, TimeProvider clock, ILogger logger, CancellationToken stopped)
    : IThreadPoolWorkItem, IDisposable
{
    private const int Idle = 0;
    private const int Reads = 1;
    private const int ReadsAgain = 2;

    private static readonly TimeSpan PauseAfterFault = TimeSpan.FromSeconds(1);

    private readonly LinkedList<Bell> bells = [];
    private volatile JobPicture? picture;
    private volatile bool left;
    private int state;

    public Guid Job => job;

    /// <summary>The job as it was last read; <see langword="null"/> before its first change.</summary>
    public JobPicture? Picture => picture;

    public LinkedListNode<Bell> Add(Bell bell)
    {
        lock (bells)
            return bells.AddLast(bell);
    }

    /// <returns>How many are left.</returns>
    public int Remove(LinkedListNode<Bell> bell)
    {
        lock (bells)
        {
            bells.Remove(bell);
            return bells.Count;
        }
    }

    /// <summary>The job has changed: it is read soon, once for all the changes until then.</summary>
    public void Changed()
    {
        // Read in nobody's name, least of all in that of the request which changed it.
        if (Interlocked.Exchange(ref state, ReadsAgain) == Idle)
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    public void Dispose()
    {
        left = true;
        watch.Dispose();
    }

    void IThreadPoolWorkItem.Execute() => _ = ReadAsync();

    private async Task ReadAsync()
    {
        do
        {
            Volatile.Write(ref state, Reads);
            while (!await TryReadAsync())
                await Task.Delay(PauseAfterFault, clock, stopped).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        while (Interlocked.CompareExchange(ref state, Idle, Reads) != Reads);
    }

    private async Task<bool> TryReadAsync()
    {
        if (left || stopped.IsCancellationRequested)
            return true;

        try
        {
            var found = await store.FindManyAsync([job], stopped);
            Publish(found is [var held] ? JobPicture.Of(held) : JobPicture.Gone);
            return true;
        }
        catch (Exception exception)
        {
            // Followers are not told: they hear of the job again once the store answers.
            if (!stopped.IsCancellationRequested)
                logger.FeedInterrupted(job, exception);

            return false;
        }
    }

    private void Publish(JobPicture next)
    {
        picture = next;
        lock (bells)
        {
            foreach (var bell in bells)
                bell.Ring();
        }
    }
}
