using CloudController.Jobs.Storage;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace CloudController.Jobs.PostgreSql;

/// <summary>The way to the database: its connections, which keep no state of their own, so that a transaction pooler may stand between.</summary>
internal sealed class PostgreSqlDatabase : IAsyncDisposable
{
    // Together less than the ten seconds in which a caller is to be answered.
    private const int ConnectSeconds = 3;
    private const int AnswerSeconds = 6;

    // A node that is silent for longer than this amid a transaction is given up before another that waits for it gives up.
    private const int SilenceSeconds = 4;
    private const int CancelMilliseconds = 500;
    private const int MostConflicts = 5;

    // Plans made once serve for good: always by index, however small the tables were when they were made.
    public const string PlanOnce = "-c plan_cache_mode=force_generic_plan -c enable_seqscan=off -c jit=off";

    private readonly NpgsqlDataSource source;
    private readonly NpgsqlDataSource prepared;
    private readonly NpgsqlDataSource listening;
    private readonly StoreOutage outage;
    private readonly ILogger logger;
    private readonly string limitSilence;
    private readonly bool prepares;
    private volatile bool isOpen;
    private volatile bool hasPooler;

    public PostgreSqlDatabase(PostgreSqlStoreOptions options, StoreOutage outage, ILogger logger)
    {
        (this.outage, this.logger, prepares) = (outage, logger, options.Prepare);
        Patience = options.Patience;
        limitSilence = PostgreSqlQueries.LimitSilence(SilenceSeconds * Patience);
        source = Build(options, static settings => settings.NoResetOnClose = true);
        prepared = Build(options, static settings =>
        {
            settings.NoResetOnClose = true;
            settings.Options = settings.Options is { } others ? $"{others} {PlanOnce}" : PlanOnce;
        });
        listening = Build(options, static settings =>
        {
            // A half-open connection is noticed by the one that answers nothing any more.
            settings.Pooling = false;
            settings.KeepAlive = 10;
        });
    }

    /// <summary>How many times longer than usual everything is waited for.</summary>
    public int Patience { get; }

    /// <summary>Whether a transaction pooler stands between: found when the store is opened.</summary>
    public bool HasPooler => hasPooler;

    /// <summary>From now on the verbs may be used.</summary>
    public void Open(bool behindPooler) => (hasPooler, isOpen) = (behindPooler, true);

    /// <summary>Sends statements, reads what they return, and waits until they are committed.</summary>
    /// <param name="trip">What to send. After a conflict with another transaction it is sent again.</param>
    /// <param name="read">Reads all results; called again for what is sent again.</param>
    /// <param name="cancellationToken">Gives up; what was sent may be committed or not.</param>
    /// <exception cref="StoreUnavailableException">The store is out of reach, or has not been opened.</exception>
    public Task<T> RunAsync<T>(RoundTrip trip, Func<NpgsqlDataReader, Task<T>> read, CancellationToken cancellationToken)
    {
        RequireOpen();
        return GuardedAsync(
            async () =>
            {
                await using var connection = await (Prepares(trip) ? prepared : source).OpenConnectionAsync(cancellationToken);
                return await RunAsync(connection, trip, read, cancellationToken);
            },
            cancellationToken);
    }

    /// <inheritdoc cref="RunAsync{T}(RoundTrip, Func{NpgsqlDataReader, Task{T}}, CancellationToken)"/>
    public Task RunAsync(RoundTrip trip, CancellationToken cancellationToken) => RunAsync(trip, static _ => Task.FromResult(true), cancellationToken);

    /// <summary>Works in one transaction of several round trips; after a conflict with another it is worked again.</summary>
    public Task<T> InTransactionAsync<T>(Func<PostgreSqlTransaction, Task<T>> work, CancellationToken cancellationToken)
    {
        RequireOpen();
        return GuardedAsync(() => OneTransactionAsync(work, cancellationToken), cancellationToken);
    }

    /// <summary>As <see cref="InTransactionAsync"/>, before the store is open: for its schema.</summary>
    /// <exception cref="StoreRefusedException">The server does not let the user in.</exception>
    public async Task<T> PrepareAsync<T>(Func<PostgreSqlTransaction, Task<T>> work, CancellationToken cancellationToken)
    {
        try
        {
            return await OneTransactionAsync(work, cancellationToken);
        }
        catch (PostgresException exception) when (PostgreSqlFaults.IsRefusal(exception))
        {
            throw PostgreSqlFaults.Refused(exception);
        }
        catch (Exception exception) when (PostgreSqlFaults.MeansUnavailable(exception))
        {
            throw PostgreSqlFaults.Unavailable(exception);
        }
    }

    /// <summary>A connection for hearing notifications alone.</summary>
    public ValueTask<NpgsqlConnection> OpenListeningAsync(CancellationToken cancellationToken) => listening.OpenConnectionAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        isOpen = false;
        await source.DisposeAsync();
        await prepared.DisposeAsync();
        await listening.DisposeAsync();
    }

    private bool Prepares(RoundTrip trip) => trip.IsPrepared && prepares && !hasPooler;

    private static NpgsqlDataSource Build(PostgreSqlStoreOptions options, Action<NpgsqlConnectionStringBuilder> configure)
    {
        var builder = new NpgsqlDataSourceBuilder(options.ConnectionString);
        var settings = builder.ConnectionStringBuilder;
        var (connect, answer) = (ConnectSeconds * options.Patience, AnswerSeconds * options.Patience);
        settings.Timeout = settings.Timeout > 0 && settings.Timeout < ConnectSeconds ? settings.Timeout : connect;
        settings.CommandTimeout = settings.CommandTimeout > 0 && settings.CommandTimeout < AnswerSeconds ? settings.CommandTimeout : answer;
        settings.CancellationTimeout = CancelMilliseconds;
        settings.ApplicationName ??= "ccjobs";
        settings.MaxAutoPrepare = 0;
        configure(settings);
        if (settings.Host?.Contains(',', StringComparison.Ordinal) != true)
        {
            return builder.Build();
        }

        // Which host takes writes is asked anew soon after a failover.
        settings.TargetSessionAttributes = null;
        settings.HostRecheckSeconds = 2;
        return builder.BuildMultiHost().WithTargetSession(TargetSessionAttributes.Primary);
    }

    private void RequireOpen()
    {
        if (!isOpen)
        {
            throw new StoreUnavailableException("The store is not open.");
        }
    }

    private async Task<T> GuardedAsync<T>(Func<Task<T>> work, CancellationToken cancellationToken)
    {
        for (var conflicts = 0; ; conflicts++)
        {
            try
            {
                var result = await work();
                if (outage.End())
                {
                    Log.StoreBack(logger);
                }

                return result;
            }
            catch (Exception exception) when (PostgreSqlFaults.IsConflict(exception) && conflicts < MostConflicts)
            {
                // The other one was served; now it is this one's turn.
            }
            catch (Exception exception) when (PostgreSqlFaults.MeansUnavailable(exception) && !cancellationToken.IsCancellationRequested)
            {
                if (outage.Begin())
                {
                    Log.StoreLost(logger, exception);
                }

                throw PostgreSqlFaults.Unavailable(exception);
            }
            catch (Exception exception) when (PostgreSqlFaults.MeansUnavailable(exception))
            {
                throw new OperationCanceledException(exception.Message, exception, cancellationToken);
            }
        }
    }

    private async Task<T> OneTransactionAsync<T>(Func<PostgreSqlTransaction, Task<T>> work, CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await RunAsync(connection, RoundTrip.Of(limitSilence), static _ => Task.FromResult(true), cancellationToken);
        var result = await work(new PostgreSqlTransaction(this, connection));
        using var replication = new ReplicationWait(connection);
        await transaction.CommitAsync(cancellationToken);
        replication.Require();
        return result;
    }

    internal async Task<T> RunAsync<T>(
        NpgsqlConnection connection, RoundTrip trip, Func<NpgsqlDataReader, Task<T>> read, CancellationToken cancellationToken)
    {
        var batch = trip.Batch;
        batch.Connection = connection;
        if (Prepares(trip))
        {
            await batch.PrepareAsync(cancellationToken);
        }

        using var replication = new ReplicationWait(connection);
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        var result = await read(reader);

        // To the end: only then has the server said that all of it is committed.
        while (await reader.NextResultAsync(cancellationToken))
        {
        }

        replication.Require();
        return result;
    }
}

/// <summary>An open transaction.</summary>
internal sealed class PostgreSqlTransaction(PostgreSqlDatabase database, NpgsqlConnection connection)
{
    public NpgsqlConnection Connection => connection;

    public Task<T> RunAsync<T>(RoundTrip trip, Func<NpgsqlDataReader, Task<T>> read, CancellationToken cancellationToken) =>
        database.RunAsync(connection, trip, read, cancellationToken);

    public Task RunAsync(RoundTrip trip, CancellationToken cancellationToken) =>
        RunAsync(trip, static _ => Task.FromResult(true), cancellationToken);
}
