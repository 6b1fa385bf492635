using CloudController.Jobs.Storage;

namespace CloudController.Jobs.Sqlite;

public sealed partial class SqliteJobStore
{
    /// <inheritdoc/>
    public Task<IReadOnlyList<QueueStatus>> ListQueuesAsync(CancellationToken cancellationToken) =>
        ListAsync(SqliteQueries.AllQueues, Known.Queue(""), static lane => lane.Queue, cancellationToken);

    /// <inheritdoc/>
    public Task<QueueStatus> FindQueueAsync(string queue, CancellationToken cancellationToken) =>
        FindAsync(SqliteQueries.AllQueues, Known.Queue(queue), static lane => lane.Queue, cancellationToken);

    /// <inheritdoc/>
    public Task PauseQueueAsync(string queue, QueuePause pause, CancellationToken cancellationToken) =>
        PauseAsync(SqliteQueries.PauseQueue, queue, pause, cancellationToken);

    /// <inheritdoc/>
    public Task ResumeQueueAsync(string queue, CancellationToken cancellationToken) =>
        ResumeAsync(SqliteQueries.ResumeQueue, queue, cancellationToken);

    /// <inheritdoc/>
    public Task LimitQueueAsync(string queue, QueueLimitsChange change, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(change);
        return Writer.RunAsync(
            write =>
            {
                if (change.ChangesRate)
                {
                    write.Statement(SqliteQueries.ForgetOtherStarts).Bind(queue).Bind(change.Rate?.Count).Bind(change.Rate?.Seconds).Run();
                }

                write.Statement(SqliteQueries.LimitQueue)
                    .Bind(queue).Bind(change.Concurrency).Bind(change.Rate?.Count).Bind(change.Rate?.Seconds).Bind(change.At).Bind(change.By)
                    .Bind(change.ChangesConcurrency).Bind(change.ChangesRate)
                    .Run();
                write.WorkAppeared();
                return true;
            },
            rows: 1,
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<QueueStatus>> ListOperationsAsync(CancellationToken cancellationToken) =>
        ListAsync(SqliteQueries.AllOperations, Known.Operation(""), static lane => lane.Operation, cancellationToken);

    /// <inheritdoc/>
    public Task<QueueStatus> FindOperationAsync(string operation, CancellationToken cancellationToken) =>
        FindAsync(SqliteQueries.AllOperations, Known.Operation(operation), static lane => lane.Operation, cancellationToken);

    /// <inheritdoc/>
    public Task PauseOperationAsync(string operation, QueuePause pause, CancellationToken cancellationToken) =>
        PauseAsync(SqliteQueries.PauseOperation, operation, pause, cancellationToken);

    /// <inheritdoc/>
    public Task ResumeOperationAsync(string operation, CancellationToken cancellationToken) =>
        ResumeAsync(SqliteQueries.ResumeOperation, operation, cancellationToken);

    private Task<IReadOnlyList<QueueStatus>> ListAsync(
        string sql, Known unknown, Func<Lane, string> nameOf, CancellationToken cancellationToken) =>
        readers.ReadAsync<IReadOnlyList<QueueStatus>>(
            (session, _) =>
            {
                var found = new SortedDictionary<string, SqliteQueueCount>(StringComparer.Ordinal);
                foreach (var known in ReadKnown(session, sql))
                {
                    found.Add(known.Name, new SqliteQueueCount(known) { IsKnown = true });
                }

                foreach (var (id, lane) in ReadLanes(session))
                {
                    var name = nameOf(lane);
                    if (!found.TryGetValue(name, out var count))
                    {
                        found.Add(name, count = new SqliteQueueCount(unknown with { Name = name }));
                    }

                    count.Add(session, id);
                }

                return [.. found.Values.Where(count => count.IsKnown).Select(count => count.Status())];
            },
            cancellationToken);

    private Task<QueueStatus> FindAsync(string sql, Known unknown, Func<Lane, string> nameOf, CancellationToken cancellationToken) =>
        readers.ReadAsync(
            (session, _) =>
            {
                var name = unknown.Name;
                var count = new SqliteQueueCount(ReadKnown(session, sql).Find(known => known.Name == name) ?? unknown);
                foreach (var (id, lane) in ReadLanes(session))
                {
                    if (nameOf(lane) == name)
                    {
                        count.Add(session, id);
                    }
                }

                return count.Status();
            },
            cancellationToken);

    private Task<bool> PauseAsync(string sql, string name, QueuePause pause, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(pause);
        return Writer.RunAsync(
            write =>
            {
                write.Statement(sql).Bind(name).Bind(pause.Since).Bind(pause.By).Bind(pause.Reason).Run();
                return true;
            },
            rows: 1,
            cancellationToken);
    }

    private Task<bool> ResumeAsync(string sql, string name, CancellationToken cancellationToken) => Writer.RunAsync(
        write =>
        {
            write.Statement(sql).Bind(name).Run();
            write.WorkAppeared();
            return true;
        },
        rows: 1,
        cancellationToken);

    private static List<Known> ReadKnown(SqliteSession session, string sql)
    {
        var known = new List<Known>();
        using var row = session.Statement(sql);
        while (row.Step())
        {
            known.Add(sql == SqliteQueries.AllQueues ? Known.ReadQueue(row) : Known.ReadOperation(row));
        }

        return known;
    }

    private static List<(long Id, Lane Lane)> ReadLanes(SqliteSession session)
    {
        var lanes = new List<(long, Lane)>();
        using var row = session.Statement(SqliteQueries.AllLanes);
        while (row.Step())
        {
            lanes.Add((row.Int64(0), new Lane(row.Text(1), row.Text(2))));
        }

        return lanes;
    }
}
