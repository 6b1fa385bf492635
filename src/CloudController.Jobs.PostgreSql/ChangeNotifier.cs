using System.Threading.Channels;
using CloudController.Jobs.Storage;
using Npgsql;

namespace CloudController.Jobs.PostgreSql;

/// <summary>Tells other nodes of this node's changes: at once after a pause (of starts a little later, with what comes meanwhile), then at most every
/// few milliseconds. A few changes after a pause may go with the transaction that makes them; all else goes in transactions of their own, so that
/// under load nobody's commit waits for it. What cannot be told now is told as one hint to look, once it can; a hint that died with its node is made
/// up for by the looks that all nodes take every ten seconds.</summary>
internal sealed class ChangeNotifier : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    // Under load the jobs are not told one by one, and those who follow some look for them less often.
    private static readonly TimeSpan LongPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan PauseAfterFault = TimeSpan.FromSeconds(1);

    /// <summary>So few jobs may be told with their own commit: such commits wait for one another.</summary>
    public const int Few = 8;

    private readonly PostgreSqlDatabase database;
    private readonly PostgreSqlQueries queries;
    private readonly TimeProvider time;
    private readonly string node;
    private readonly Lock gate = new();
    private readonly HashSet<Guid> jobs = [];
    private readonly Channel<bool> wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly CancellationTokenSource stop = new();
    private readonly Task loop;
    private readonly ITimer soon;
    private bool isSoon;
    private bool isRefused;
    private bool many;
    private bool work;
    private DateTimeOffset? due;
    private long toldAt = TimeProvider.System.GetTimestamp();

    public ChangeNotifier(PostgreSqlDatabase database, PostgreSqlQueries queries, TimeProvider time, string node)
    {
        (this.database, this.queries, this.time, this.node) = (database, queries, time, node);
        soon = TimeProvider.System.CreateTimer(static self => ((ChangeNotifier)self!).TellSoon(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        loop = Task.Run(RunAsync);
    }

    /// <summary>Tells of changes that are committed.</summary>
    /// <param name="changes">What changed.</param>
    /// <param name="mayWait">Whether it may wait for what comes within a pause from now: a start, which short jobs' ends soon follow.</param>
    public void Add(Changes changes, bool mayWait = false)
    {
        lock (gate)
        {
            work |= changes.Work;
            due = changes.Due is { } at && !(due < at) ? at : due;
            many |= jobs.Count + changes.Jobs.Count > ChangeMessage.MostJobs;
            if (many)
            {
                jobs.Clear();
            }
            else
            {
                jobs.UnionWith(changes.Jobs);
            }

            if (mayWait && !isSoon)
            {
                isSoon = true;
                soon.Change(Pause, Timeout.InfiniteTimeSpan);
            }
        }

        if (!mayWait)
        {
            wake.Writer.TryWrite(true);
        }
    }

    /// <summary>What to tell in the transaction that makes the changes, by <see cref="PostgreSqlQueries.NotifyWithin"/>; null if they are to be
    /// added once it is committed.</summary>
    public string? TryTake(Changes changes)
    {
        lock (gate)
        {
            var waits = many || work || due is not null || jobs.Count > 0;
            if (isRefused || waits || changes.Jobs.Count > Few || TimeProvider.System.GetElapsedTime(toldAt) < Pause)
            {
                return null;
            }

            toldAt = TimeProvider.System.GetTimestamp();
            return new ChangeMessage(node, changes.Work, changes.Due - time.GetUtcNow(), changes.Jobs).ToString();
        }
    }

    /// <summary>The server took no hint: none goes with another transaction before one could be told again.</summary>
    public void Refused()
    {
        lock (gate)
        {
            isRefused = true;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await soon.DisposeAsync();
        await stop.CancelAsync();
        await loop;
        stop.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            while (await wake.Reader.WaitToReadAsync(stop.Token))
            {
                wake.Reader.TryRead(out _);
                if (Take() is not { } message)
                {
                    continue;
                }

                var isSent = await TrySendAsync(message.ToString());
                if (!isSent)
                {
                    TellLater();
                }

                // Pauses are real time, whatever clock the store goes by.
                var pause = !isSent ? PauseAfterFault : message.Jobs is null ? LongPause : Pause;
                await Task.Delay(pause, TimeProvider.System, stop.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // Closed.
        }
    }

    private void TellSoon()
    {
        lock (gate)
        {
            isSoon = false;
        }

        wake.Writer.TryWrite(true);
    }

    private ChangeMessage? Take()
    {
        lock (gate)
        {
            if (!many && !work && due is null && jobs.Count == 0)
            {
                return null;
            }

            var message = new ChangeMessage(node, work, due - time.GetUtcNow(), many ? null : [.. jobs]);
            jobs.Clear();
            (many, work, due) = (false, false, null);
            toldAt = TimeProvider.System.GetTimestamp();
            return message;
        }
    }

    private void TellLater()
    {
        lock (gate)
        {
            (many, work, due) = (true, true, time.GetUtcNow());
            jobs.Clear();
        }

        wake.Writer.TryWrite(true);
    }

    private async Task<bool> TrySendAsync(string message)
    {
        var trip = new RoundTrip { IsPrepared = true };
        trip.Add(PostgreSqlQueries.Notify).Bind("channel", queries.Channel).Bind("message", message);
        try
        {
            await database.RunAsync(trip, stop.Token);
            lock (gate)
            {
                isRefused = false;
            }

            return true;
        }
        catch (StoreUnavailableException)
        {
            return false;
        }
        catch (PostgresException)
        {
            // The server takes no hints, from this user perhaps.
            return false;
        }
    }
}
