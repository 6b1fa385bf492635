using System.Collections.Concurrent;
using CloudController.Jobs.Storage;

namespace CloudController.Jobs.Sqlite;

/// <summary>Connections for reading, which never wait for the writer: one for each read that goes on at the same time, kept for the next.</summary>
internal sealed class SqliteReaders(SqliteDatabase database) : IDisposable
{
    private const int MostKept = 64;

    private readonly ConcurrentQueue<SqliteSession> idle = new();
    private volatile bool closed;

    public SqliteNames Names { get; } = new();

    /// <summary>Reads on the caller's thread.</summary>
    /// <exception cref="StoreUnavailableException">The disk or the database is at fault, or the store has been closed.</exception>
    public TResult Read<TState, TResult>(TState state, Func<SqliteSession, SqliteNames, TState, TResult> read)
    {
        var session = Rent();
        try
        {
            var result = read(session, Names, state);
            Return(session);
            return result;
        }
        catch (Exception exception) when (SqliteFaults.MeansUnavailable(exception))
        {
            session.Dispose();
            throw SqliteFaults.Unavailable(exception);
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>Reads what may take long on a thread of the pool; cancelling stops the query.</summary>
    public Task<TResult> ReadAsync<TResult>(Func<SqliteSession, SqliteNames, TResult> read, CancellationToken cancellationToken) =>
        Task.Run(
            () => Read((read, cancellationToken), static (session, names, state) =>
            {
                try
                {
                    using var stop = state.cancellationToken.UnsafeRegister(static running => ((SqliteSession)running!).Interrupt(), session);
                    return state.read(session, names);
                }
                catch (Microsoft.Data.Sqlite.SqliteException exception) when (SqliteFaults.IsInterrupt(exception))
                {
                    throw new OperationCanceledException(state.cancellationToken);
                }
            }),
            cancellationToken);

    public void Dispose()
    {
        closed = true;
        while (idle.TryDequeue(out var session))
        {
            session.Dispose();
        }
    }

    private SqliteSession Rent()
    {
        if (idle.TryDequeue(out var session))
        {
            return session;
        }

        if (closed)
        {
            throw new StoreUnavailableException("The store has been closed.");
        }

        try
        {
            return database.OpenReader();
        }
        catch (Microsoft.Data.Sqlite.SqliteException exception)
        {
            throw SqliteFaults.Unavailable(exception);
        }
    }

    private void Return(SqliteSession session)
    {
        if (idle.Count >= MostKept)
        {
            session.Dispose();
            return;
        }

        idle.Enqueue(session);
        if (closed)
        {
            Dispose();
        }
    }
}
