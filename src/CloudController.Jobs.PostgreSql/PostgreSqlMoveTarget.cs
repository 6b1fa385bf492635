using CloudController.Jobs.Storage;
using CloudController.Jobs.Storage.Moving;
using Microsoft.Extensions.Logging.Abstractions;

namespace CloudController.Jobs.PostgreSql;

/// <summary>Keeps what another store held. Each batch is one transaction, which also says how far it came, so that an interrupted move goes on after
/// the last batch that was kept.</summary>
internal sealed class PostgreSqlMoveTarget : IAsyncDisposable
{
    /// <summary>For what reads everything that was moved.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(30);

    private readonly PostgreSqlQueries queries;
    private readonly PostgreSqlDatabase database;
    private readonly PostgreSqlMigrations migrations;
    private readonly PostgreSqlMoveCopy copy;

    public PostgreSqlMoveTarget(PostgreSqlStoreOptions options, TimeProvider time)
    {
        queries = new PostgreSqlQueries(options.Schema);
        database = new PostgreSqlDatabase(options, new StoreOutage(time), NullLogger.Instance);
        migrations = new PostgreSqlMigrations(queries, Migration.Known);
        copy = new PostgreSqlMoveCopy(queries, time);
    }

    /// <summary>What the schema tells of a move; <see langword="null"/>: none was begun.</summary>
    /// <exception cref="StoreUnavailableException">The database is out of reach.</exception>
    /// <exception cref="StoreRefusedException">It does not let the user in.</exception>
    public Task<PostgreSqlMove?> FindMoveAsync(CancellationToken cancellationToken) =>
        database.PrepareAsync(transaction => PostgreSqlMove.FindAsync(transaction, queries, cancellationToken), cancellationToken);

    /// <summary>Which steps of the schema would be applied.</summary>
    public Task<IReadOnlyList<string>> FindMissingAsync(CancellationToken cancellationToken) =>
        migrations.FindMissingAsync(database, cancellationToken);

    /// <summary>Refuses a database that a store cannot be moved to.</summary>
    /// <exception cref="StoreMovedException">It holds other jobs, or nodes work on it.</exception>
    public async Task RequireFreeAsync(CancellationToken cancellationToken)
    {
        if ((await FindMissingAsync(cancellationToken)).Contains(Migration.Known[0].Name))
        {
            // Nothing is there yet.
            return;
        }

        await database.PrepareAsync(
            async transaction =>
            {
                var move = await PostgreSqlMove.FindAsync(transaction, queries, cancellationToken);
                await RequireFreeAsync(transaction, move, cancellationToken);
                return true;
            },
            cancellationToken);
    }

    /// <summary>Brings the schema up to date and begins a move, or goes on with it. What another unfinished move left is forgotten: its store has it
    /// still.</summary>
    /// <returns>The place up to which everything is held.</returns>
    /// <exception cref="StoreMovedException">It holds other jobs, or nodes work on it.</exception>
    public async Task<long> BeginAsync(Guid token, CancellationToken cancellationToken)
    {
        await migrations.ApplyAsync(database, cancellationToken);
        return await database.PrepareAsync(
            async transaction =>
            {
                await transaction.RunAsync(RoundTrip.Of(queries.LockSchema(PostgreSqlMigrations.LockSeconds * database.Patience)), cancellationToken);
                await transaction.RunAsync(RoundTrip.Of(queries.CreateMoves), cancellationToken);
                var move = await PostgreSqlMove.FindAsync(transaction, queries, cancellationToken);
                await RequireFreeAsync(transaction, move, cancellationToken);
                if (move?.Token == token)
                {
                    return move.Place;
                }

                await transaction.RunAsync(RoundTrip.Of(queries.ForgetMoves), cancellationToken);
                await transaction.RunAsync(RoundTrip.Of(queries.BeginMove, parameters => parameters.Bind("token", token)), cancellationToken);
                return 0L;
            },
            cancellationToken);
    }

    /// <summary>Keeps jobs with all that belongs to them, or none of them.</summary>
    /// <param name="token">The move.</param>
    /// <param name="jobs">At least one, in the order of submission.</param>
    /// <param name="after">Up to where everything is held already.</param>
    /// <param name="cancellationToken">Gives up; the jobs may be kept or not.</param>
    /// <exception cref="StoreMovedException">Another process moves to the same schema.</exception>
    public Task CopyAsync(Guid token, IReadOnlyList<MovedJob> jobs, long after, CancellationToken cancellationToken) => database.PrepareAsync(
        async transaction =>
        {
            var advance = RoundTrip.Of(
                queries.AdvanceMove, parameters => parameters.Bind("token", token).Bind("place", jobs[^1].Place).Bind("after", after));
            if (!await transaction.RunAsync(advance, reader => reader.ReadAsync(cancellationToken), cancellationToken))
            {
                throw new StoreMovedException("Another process moves a store to the same schema of the database; this one has stopped.");
            }

            await copy.WriteAsync(transaction, jobs, cancellationToken);
            return true;
        },
        cancellationToken);

    /// <summary>Keeps what belongs to no job, makes sure that all is there, and prepares the schema for work. Nodes do not work on it yet.</summary>
    /// <exception cref="StoreMovedException">Not as much is held as should be.</exception>
    public Task CompleteAsync(MovedSettings settings, MovedCounts expected, CancellationToken cancellationToken) => database.PrepareAsync(
        async transaction =>
        {
            await KeepAsync(transaction, settings, cancellationToken);
            var held = await transaction.RunAsync(
                Patient(queries.CountMoved),
                async reader => await reader.ReadAsync(cancellationToken)
                    ? new MovedCounts(reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3))
                    : default,
                cancellationToken);
            if (held != expected)
            {
                throw new StoreMovedException(
                    $"The database holds {held.Jobs} jobs, {held.Runs} runs, {held.Labels} labels and {held.Keys} keys after the move, the SQLite "
                    + $"store {expected.Jobs}, {expected.Runs}, {expected.Labels} and {expected.Keys}: someone else has written to it; the move is "
                    + "not finished.");
            }

            await transaction.RunAsync(Patient(queries.ContinuePlaces), cancellationToken);
            await transaction.RunAsync(Patient(queries.AnalyzeMoved), cancellationToken);
            return true;
        },
        cancellationToken);

    /// <summary>Nodes may work on the schema from now on: the other store is marked, and does not start any more.</summary>
    public Task FinishAsync(Guid token, CancellationToken cancellationToken) => database.PrepareAsync(
        async transaction =>
        {
            await transaction.RunAsync(RoundTrip.Of(queries.FinishMove, parameters => parameters.Bind("token", token)), cancellationToken);
            return true;
        },
        cancellationToken);

    public ValueTask DisposeAsync() => database.DisposeAsync();

    private async Task RequireFreeAsync(PostgreSqlTransaction transaction, PostgreSqlMove? move, CancellationToken cancellationToken)
    {
        // What is unfinished is this move's own, or is forgotten; nobody works there, as nodes refuse to.
        if (move is { IsFinished: false })
        {
            return;
        }

        var (holdsJobs, hasWorkers) = await transaction.RunAsync(
            RoundTrip.Of(queries.IsOccupied),
            async reader => await reader.ReadAsync(cancellationToken) ? (reader.GetBoolean(0), reader.GetBoolean(1)) : default,
            cancellationToken);
        if (holdsJobs)
        {
            throw new StoreMovedException(
                $"The schema {queries.Schema.Trim('"')} of the database holds jobs already; a store can be moved to an empty one only.");
        }

        if (hasWorkers)
        {
            throw new StoreMovedException("Nodes work on that database; stop them, and start them again after the move.");
        }
    }

    private async Task KeepAsync(PostgreSqlTransaction transaction, MovedSettings settings, CancellationToken cancellationToken)
    {
        var trip = new RoundTrip();
        foreach (var queue in settings.Queues)
        {
            Bind(trip.Add(queries.KeepQueue), queue.Name, queue.Pause)
                .Bind("concurrency", (long?)queue.Limits.Concurrency)
                .Bind("count", (long?)queue.Limits.Rate?.Count)
                .Bind("seconds", (long?)queue.Limits.Rate?.Seconds)
                .Bind("changed_at", queue.Limits.ChangedAt?.ToUnixTimeMilliseconds())
                .Bind("changed_by", PostgreSqlMoveCopy.Utf8(queue.Limits.ChangedBy));
        }

        foreach (var operation in settings.Operations)
        {
            Bind(trip.Add(queries.KeepOperation), operation.Name, operation.Pause);
        }

        foreach (var (queue, at, starts) in settings.Starts)
        {
            trip.Add(queries.KeepStarts).Bind("queue", queue).Bind("at", at.ToUnixTimeMilliseconds()).Bind("starts", starts);
        }

        foreach (var (name, value) in settings.Secrets)
        {
            trip.Add(queries.KeepSecret).Bind("name", name).Bind("value", value);
        }

        foreach (var minute in settings.Activity)
        {
            trip.Add(queries.KeepActivity)
                .Bind("minute", minute.Minute.ToUnixTimeMilliseconds())
                .Bind("finished", minute.Finished)
                .Bind("failed", minute.Failed)
                .Bind("picked_up", minute.PickedUp)
                .Bind("pickup_ms", (long)minute.PickupDelay.TotalMilliseconds)
                .Bind("longest_pickup_ms", (long)minute.LongestPickupDelay.TotalMilliseconds);
        }

        if (trip.Batch.BatchCommands.Count > 0)
        {
            await transaction.RunAsync(trip, cancellationToken);
        }

        static StatementParameters Bind(StatementParameters parameters, string name, QueuePause? pause) => parameters
            .Bind("name", name)
            .Bind("since", pause?.Since.ToUnixTimeMilliseconds())
            .Bind("by", PostgreSqlMoveCopy.Utf8(pause?.By))
            .Bind("reason", PostgreSqlMoveCopy.Utf8(pause?.Reason));
    }

    private static RoundTrip Patient(string sql)
    {
        var trip = RoundTrip.Of(sql);
        trip.Batch.Timeout = (int)Patience.TotalSeconds;
        return trip;
    }
}
