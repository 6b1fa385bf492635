using CloudController.Jobs.Storage;
using Microsoft.Extensions.Logging;

namespace CloudController.Jobs.AspNetCore.V3.Events;

/// <summary>The jobs that are followed on this node: each is read once after a change, however many follow it.</summary>
internal sealed class JobFeeds : IDisposable
{
    private readonly IJobStore store;
    private readonly JobSignals signals;
    private readonly TimeProvider clock;
    private readonly ILogger<JobFeeds> logger;
    private readonly Lock gate = new();
    private readonly Dictionary<Guid, JobFeed> feeds = [];
    private readonly CancellationTokenSource stop = new();
    private readonly IDisposable changes;

    public JobFeeds(IJobStore store, JobSignals signals, TimeProvider clock, ILogger<JobFeeds> logger)
    {
        (this.store, this.signals, this.clock, this.logger) = (store, signals, clock, logger);
        changes = signals.OnJobChanged(Changed);
    }

    /// <summary>How many jobs are followed.</summary>
    public int Count
    {
        get
        {
            lock (gate)
                return feeds.Count;
        }
    }

    /// <summary>Rings a bell after each change of a job from now on. Dispose the returned value to stop.</summary>
    public Subscription Follow(Guid job, Bell bell)
    {
        lock (gate)
        {
            if (!feeds.TryGetValue(job, out var feed))
            {
                feed = new JobFeed(job, store, signals.Watch(job), clock, logger, stop.Token);
                feeds.Add(job, feed);
            }

            return new Subscription(this, feed, feed.Add(bell));
        }
    }

    public void Dispose()
    {
        changes.Dispose();
        stop.Cancel();
        stop.Dispose();
    }

    // Called for every change on this node, most often for a job that nobody follows.
    private void Changed(Guid job)
    {
        lock (gate)
        {
            if (feeds.TryGetValue(job, out var feed))
                feed.Changed();
        }
    }

    private void Leave(JobFeed feed, LinkedListNode<Bell> bell)
    {
        lock (gate)
        {
            if (feed.Remove(bell) > 0 || !feeds.Remove(feed.Job))
                return;
        }

        feed.Dispose();
    }

    /// <summary>One follower of a job.</summary>
    public sealed class Subscription(JobFeeds feeds, JobFeed feed, LinkedListNode<Bell> bell) : IDisposable
    {
        // Whoever follows a job reads it first, and has so a newer one than this.
        private readonly JobPicture? old = feed.Picture;

        /// <summary>The job after its last change; <see langword="null"/> if it has not changed since the follower came.</summary>
        public JobPicture? Picture => feed.Picture is { } picture && picture != old ? picture : null;

        public void Dispose() => feeds.Leave(feed, bell);
    }
}
