using CloudController.Jobs.Storage;
using Npgsql;

namespace CloudController.Jobs.PostgreSql;

public sealed partial class PostgreSqlJobStore
{
    private const int MostCounted = QueueStatus.CountedUpTo + 1;

    /// <inheritdoc/>
    public Task<IReadOnlyList<QueueStatus>> ListQueuesAsync(CancellationToken cancellationToken) =>
        ListAsync(QueueCounts(null), ReadLimits, cancellationToken);

    /// <inheritdoc/>
    public Task<QueueStatus> FindQueueAsync(string queue, CancellationToken cancellationToken) =>
        FindAsync(queue, QueueCounts(queue), ReadLimits, cancellationToken);

    /// <inheritdoc/>
    public Task PauseQueueAsync(string queue, QueuePause pause, CancellationToken cancellationToken) =>
        PauseAsync(queries.PauseQueue, queue, pause, cancellationToken);

    /// <inheritdoc/>
    public Task ResumeQueueAsync(string queue, CancellationToken cancellationToken) => ResumeAsync(queries.ResumeQueue, queue, cancellationToken);

    /// <inheritdoc/>
    public async Task LimitQueueAsync(string queue, QueueLimitsChange change, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(change);
        var trip = new RoundTrip();
        trip.Add(queries.LockQueue).Bind("name", queue);
        BindRate(trip.Add(queries.ForgetOtherStarts));
        BindRate(trip.Add(queries.LimitQueue))
            .Bind("changes_concurrency", change.ChangesConcurrency).Bind("concurrency", (long?)change.Concurrency)
            .Bind("at", change.At.ToUnixTimeMilliseconds()).Bind("by", StoredText.Utf8(change.By));
        await database.RunAsync(trip, cancellationToken);
        limits.Changed();
        var changes = new Changes();
        changes.WorkAppeared();
        Publish(changes);

        StatementParameters BindRate(StatementParameters parameters) => parameters
            .Bind("name", queue).Bind("changes_rate", change.ChangesRate)
            .Bind("count", (long?)change.Rate?.Count).Bind("seconds", (long?)change.Rate?.Seconds);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<QueueStatus>> ListOperationsAsync(CancellationToken cancellationToken) =>
        ListAsync(OperationCounts(null), static _ => null, cancellationToken);

    /// <inheritdoc/>
    public Task<QueueStatus> FindOperationAsync(string operation, CancellationToken cancellationToken) =>
        FindAsync(operation, OperationCounts(operation), static _ => null, cancellationToken);

    /// <inheritdoc/>
    public Task PauseOperationAsync(string operation, QueuePause pause, CancellationToken cancellationToken) =>
        PauseAsync(queries.PauseOperation, operation, pause, cancellationToken);

    /// <inheritdoc/>
    public Task ResumeOperationAsync(string operation, CancellationToken cancellationToken) =>
        ResumeAsync(queries.ResumeOperation, operation, cancellationToken);

    private RoundTrip QueueCounts(string? queue) => Counts(queries.AllQueues, queries.CountQueues, queries.OldestWaiting, queue);

    private RoundTrip OperationCounts(string? operation) =>
        Counts(queries.AllOperations, queries.CountOperations, queries.OldestOperationWaiting, operation);

    private static RoundTrip Counts(string paused, string count, string oldest, string? name)
    {
        var trip = new RoundTrip();
        trip.Add(paused).Bind("name", name);
        trip.Add(count).Bind("name", name).Bind("most", MostCounted);
        trip.Add(oldest).Bind("name", name);
        return trip;
    }

    private async Task<IReadOnlyList<QueueStatus>> ListAsync(
        RoundTrip counts, Func<NpgsqlDataReader?, QueueLimits?> limitsOf, CancellationToken cancellationToken) =>
        [.. (await CountAsync(counts, limitsOf, cancellationToken)).Values.OrderBy(status => status.Name, StringComparer.Ordinal)];

    private async Task<QueueStatus> FindAsync(
        string name, RoundTrip counts, Func<NpgsqlDataReader?, QueueLimits?> limitsOf, CancellationToken cancellationToken) =>
        (await CountAsync(counts, limitsOf, cancellationToken)).GetValueOrDefault(name) ?? Empty(name, limitsOf(null));

    private Task PauseAsync(string sql, string name, QueuePause pause, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(pause);
        var trip = RoundTrip.Of(sql, parameters => parameters
            .Bind("name", name).Bind("since", pause.Since.ToUnixTimeMilliseconds())
            .Bind("by", StoredText.Utf8(pause.By)).Bind("reason", StoredText.Utf8(pause.Reason)));
        return database.RunAsync(trip, cancellationToken);
    }

    private async Task ResumeAsync(string sql, string name, CancellationToken cancellationToken)
    {
        await database.RunAsync(RoundTrip.Of(sql, parameters => parameters.Bind("name", name)), cancellationToken);
        var changes = new Changes();
        changes.WorkAppeared();
        Publish(changes);
    }

    private async Task<Dictionary<string, QueueStatus>> CountAsync(
        RoundTrip trip, Func<NpgsqlDataReader?, QueueLimits?> limitsOf, CancellationToken cancellationToken)
    {
        return await database.RunAsync(
            trip,
            async reader =>
            {
                var queues = new Dictionary<string, QueueStatus>(StringComparer.Ordinal);
                while (await reader.ReadAsync(cancellationToken))
                {
                    var name = reader.GetString(0);
                    queues[name] = Empty(name, limitsOf(reader)) with { Pause = ReadPause(reader, 1) };
                }

                await reader.NextResultAsync(cancellationToken);
                while (await reader.ReadAsync(cancellationToken))
                {
                    var name = reader.GetString(0);
                    var status = queues.GetValueOrDefault(name) ?? Empty(name, limitsOf(null));
                    var phase = (JobPhase)reader.GetInt32(1);
                    var jobs = (int)Math.Min(MostCounted, status.Counts[phase] + reader.GetInt64(2));
                    queues[name] = status with { Counts = new Dictionary<JobPhase, int>(status.Counts) { [phase] = jobs } };
                }

                await reader.NextResultAsync(cancellationToken);
                while (await reader.ReadAsync(cancellationToken))
                {
                    if (queues.TryGetValue(reader.GetString(0), out var status))
                    {
                        queues[status.Name] = status with { OldestWaitingSince = reader.Instant(1) };
                    }
                }

                return queues;
            },
            cancellationToken);
    }

    private static QueueStatus Empty(string name, QueueLimits? limits) =>
        new(name, Enum.GetValues<JobPhase>().ToDictionary(phase => phase, _ => 0), OldestWaitingSince: null, Pause: null) { Limits = limits };

    // Of a queue of which nothing is kept: none.
    private static QueueLimits ReadLimits(NpgsqlDataReader? queue) => queue is null ? QueueLimits.None : ReadLimits(queue, 4);

    private static QueueLimits ReadLimits(NpgsqlDataReader reader, int column) => new(
        reader.IsDBNull(column) ? null : reader.GetInt32(column),
        reader.IsDBNull(column + 1) ? null : new QueueRate(reader.GetInt32(column + 1), reader.GetInt32(column + 2)))
    {
        ChangedAt = reader.NullableInstant(column + 3),
        ChangedBy = reader.NullableUtf8(column + 4),
    };
}
