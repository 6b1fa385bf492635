using System.Collections.Concurrent;
using System.Threading.Channels;
using CloudController.Jobs.Storage;
using Microsoft.Extensions.Logging;

namespace CloudController.Jobs.PostgreSql;

/// <summary>Keeps what this node is given to submit: each transaction takes all that waits, so that concurrent callers share the round trip and the
/// wait for the disk. Two are under way at a time, so that one is prepared while the server works at the other; one that may refuse something is
/// alone.</summary>
internal sealed class PostgreSqlWriter : IAsyncDisposable
{
    private const int MostWaiting = 50_000;
    private const int MostUnderWay = 2;
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(9.25);

    private readonly PostgreSqlDatabase database;
    private readonly PostgreSqlQueries queries;
    private readonly PostgreSqlNames names;
    private readonly OpenJobs open;
    private readonly ClaimFloors floors;
    private readonly ChangeNotifier notifier;
    private readonly JobSignals signals;
    private readonly ILogger logger;
    private readonly ConcurrentQueue<SubmitOperation> waiting = new();
    private readonly Channel<bool> arrived = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly ConcurrentDictionary<SubmitGroup, bool> underWay = new();
    private readonly SubmitPatience patience;
    private readonly Task loop;
    private volatile List<SubmitOperation> deferred = [];
    private volatile bool isClosed;

    public PostgreSqlWriter(
        PostgreSqlDatabase database,
        PostgreSqlQueries queries,
        TimeProvider time,
        ClaimFloors floors,
        ChangeNotifier notifier,
        JobSignals signals,
        ILogger logger)
    {
        (this.database, this.queries, this.floors, this.notifier, this.signals, this.logger) = (database, queries, floors, notifier, signals, logger);
        names = new PostgreSqlNames(database, queries);
        open = new OpenJobs(time);
        patience = new SubmitPatience(Pending, LongestWait * database.Patience);
        loop = Task.Run(RunAsync);
    }

    /// <summary>Keeps all of the jobs, or none.</summary>
    /// <exception cref="StoreUnavailableException">The store is out of reach, or too slow: the jobs may be kept or not.</exception>
    public async Task<Submission> SubmitAsync(IReadOnlyList<NewJob> jobs, int mostOpen, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (isClosed || waiting.Count >= MostWaiting)
        {
            throw new StoreUnavailableException(isClosed ? "The store has been closed." : $"{MostWaiting} submissions wait for the store already.");
        }

        var operation = new SubmitOperation(jobs, mostOpen, cancellationToken);
        waiting.Enqueue(operation);
        Wake();
        patience.Begin();
        if (loop.IsCompleted)
        {
            operation.Fail(new StoreUnavailableException("The store has been closed."));
        }

        return await operation.Task;
    }

    /// <summary>Does what still waits, then ends.</summary>
    public async ValueTask DisposeAsync()
    {
        isClosed = true;
        Wake();
        await loop;
        while (waiting.TryDequeue(out var late))
        {
            late.Fail(new StoreUnavailableException("The store has been closed."));
        }

        await patience.DisposeAsync();
    }

    private IEnumerable<SubmitOperation> Pending() => [.. waiting, .. deferred, .. underWay.Keys.SelectMany(group => group.Operations)];

    private void Wake() => arrived.Writer.TryWrite(true);

    private async Task RunAsync()
    {
        var commits = new List<Task>(MostUnderWay);
        while (true)
        {
            var group = Gather();
            if (group.Operations.Count > 0)
            {
                underWay.TryAdd(group, true);
                patience.Begin();
                await MakeRoomAsync(commits, group.IsChecked ? 1 : MostUnderWay);
                commits.Add(CommitAsync(group));
                await MakeRoomAsync(commits, group.IsChecked ? 1 : MostUnderWay);
            }
            else if (isClosed)
            {
                await Task.WhenAll(commits);
                return;
            }
            else
            {
                await arrived.Reader.ReadAsync();
            }
        }
    }

    // Until fewer than so many groups are under way.
    private static async Task MakeRoomAsync(List<Task> commits, int most)
    {
        commits.RemoveAll(group => group.IsCompleted);
        while (commits.Count >= most)
        {
            commits.Remove(await Task.WhenAny(commits));
        }
    }

    private SubmitGroup Gather()
    {
        var group = new SubmitGroup();
        var later = new List<SubmitOperation>();
        foreach (var operation in deferred)
        {
            Add(operation);
        }

        while (!group.IsFull && waiting.TryDequeue(out var operation))
        {
            Add(operation);
        }

        deferred = later;
        return group;

        void Add(SubmitOperation operation)
        {
            if (operation.IsGivenUp)
            {
                operation.Cancel();
            }
            else if (group.IsFull || !group.TryAdd(operation, open))
            {
                later.Add(operation);
            }
        }
    }

    private async Task CommitAsync(SubmitGroup group)
    {
        try
        {
            await KeepAsync(group);
        }
        finally
        {
            underWay.TryRemove(group, out _);
        }
    }

    private async Task KeepAsync(SubmitGroup group)
    {
        var hint = group.Rows <= ChangeNotifier.Few ? notifier.TryTake(group.Changes()) : null;
        var fault = await TryCommitAsync(group, hint);
        if (hint is not null && fault is not null && PostgreSqlFaults.MayBeOfAHint(fault))
        {
            // Which costs nobody his job.
            notifier.Refused();
            fault = await TryCommitAsync(group, hint: null);
        }

        if (fault is null)
        {
            return;
        }

        if (group.Operations.Count == 1 || fault is StoreUnavailableException)
        {
            foreach (var operation in group.Operations)
            {
                operation.Fail(fault);
            }

            return;
        }

        // One of them is at fault: found by trying each alone.
        Log.GroupFailed(logger, fault);
        foreach (var operation in group.Operations)
        {
            var alone = new SubmitGroup();
            alone.TryAdd(operation, open);
            if (await TryCommitAsync(alone, hint: null) is { } own)
            {
                operation.Fail(own);
            }
        }
    }

    private async Task<Exception?> TryCommitAsync(SubmitGroup group, string? hint)
    {
        Submission[] submissions;
        try
        {
            await names.MakeAsync(group.Operations.SelectMany(operation => operation.Jobs), CancellationToken.None);
            submissions = await database.RunAsync(group.Statements(queries, names, hint), reader => group.ReadAsync(reader, open), CancellationToken.None);
            if (submissions.Any(IsRepeated))
            {
                // The first time it may have been committed on the primary alone; this is confirmed only once that is, too.
                await database.RunAsync(RoundTrip.Of(queries.WriteAfter), CancellationToken.None);
            }
        }
        catch (Exception exception)
        {
            // The border round one group: its callers learn of it.
            return exception;
        }

        var changes = new Changes();
        for (var index = 0; index < submissions.Length; index++)
        {
            var operation = group.Operations[index];
            if (submissions[index] is Submission.Accepted accepted)
            {
                Tell(operation, accepted, changes);
            }
        }

        changes.Publish(signals);
        if (hint is null && !changes.IsEmpty)
        {
            notifier.Add(changes);
        }

        for (var index = 0; index < submissions.Length; index++)
        {
            group.Operations[index].Complete(submissions[index]);
        }

        return null;
    }

    private static bool IsRepeated(Submission submission) => submission is Submission.Accepted accepted && accepted.Jobs.Any(job => !job.Created);

    private void Tell(SubmitOperation operation, Submission.Accepted accepted, Changes changes)
    {
        for (var index = 0; index < accepted.Jobs.Count; index++)
        {
            if (!accepted.Jobs[index].Created)
            {
                continue;
            }

            var job = operation.Jobs[index];
            var life = JobLifecycle.Submitted(job);
            changes.Submitted(job.Guid, life);
            if (life.Phase.IsClaimable())
            {
                floors.Submitted(names.LaneId(job), new((short)job.Priority, life.RunAt.ToUnixTimeMilliseconds()));
            }
        }
    }
}
