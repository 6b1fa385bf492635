using CloudController.Jobs.Storage;
using Microsoft.Extensions.Logging;

namespace CloudController.Jobs.Sqlite;

/// <summary>The one writer: a thread that commits everything that waits together, so that concurrent callers share the wait for the disk.</summary>
/// <remarks>An operation that fails is found by executing each of its batch alone; where the disk is at fault, all of the batch fail at once.
/// The connection is opened anew after a fault, so that writes work again as soon as the disk does.</remarks>
internal sealed class SqliteWriter : IAsyncDisposable
{
    private const int MostRowsPerCommit = 2_000;
    private const int MostWaiting = 50_000;

    private readonly object gate = new();
    private readonly Queue<WriteOperation> waiting = new();
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SqliteDatabase database;
    private readonly WriteScope scope;
    private readonly StoreOutage outage;
    private readonly ILogger logger;
    private SqliteSession? session;
    private bool closing;

    public SqliteWriter(SqliteDatabase database, WriteScope scope, StoreOutage outage, ILogger logger)
    {
        this.database = database;
        this.scope = scope;
        this.outage = outage;
        this.logger = logger;
        session = Open();
        new Thread(Run) { IsBackground = true, Name = "SQLite writer" }.Start();
    }

    /// <summary>Executes an operation in a transaction, and completes when it has reached the disk.</summary>
    /// <param name="work">May be executed more than once; only the last execution counts.</param>
    /// <param name="rows">About how many rows it changes.</param>
    /// <param name="cancellationToken">Skips the operation, if it has not begun.</param>
    /// <exception cref="StoreUnavailableException">The disk or the database is at fault, the backlog is full, or the store has been closed.</exception>
    public Task<TResult> RunAsync<TResult>(Func<WriteScope, TResult> work, int rows, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var operation = new WriteOperation<TResult>(work, rows, cancellationToken);
        lock (gate)
        {
            if (closing)
            {
                throw new StoreUnavailableException("The store has been closed.");
            }

            if (waiting.Count >= MostWaiting)
            {
                throw new StoreUnavailableException($"{MostWaiting} operations wait for the disk already.");
            }

            waiting.Enqueue(operation);
            if (waiting.Count == 1)
            {
                Monitor.Pulse(gate);
            }
        }

        return operation.Task;
    }

    /// <summary>Does what still waits, then closes the connection.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (gate)
        {
            closing = true;
            Monitor.Pulse(gate);
        }

        await ended.Task;
    }

    private void Run()
    {
        var batch = new List<WriteOperation>();
        while (Take(batch))
        {
            Commit(batch);
            batch.Clear();
        }

        session?.Dispose();
        ended.SetResult();
    }

    private bool Take(List<WriteOperation> batch)
    {
        lock (gate)
        {
            while (waiting.Count == 0)
            {
                if (closing)
                {
                    return false;
                }

                Monitor.Wait(gate);
            }

            var rows = 0;
            do
            {
                var operation = waiting.Dequeue();
                if (operation.IsGivenUp)
                {
                    operation.Cancel();
                    continue;
                }

                batch.Add(operation);
                rows += operation.Rows;
            }
            while (rows < MostRowsPerCommit && waiting.Count > 0);
        }

        return true;
    }

    private void Commit(List<WriteOperation> batch)
    {
        if (Attempt(batch) is not { } fault)
        {
            return;
        }

        if (batch.Count == 1 || SqliteFaults.MeansUnavailable(fault))
        {
            Fail(batch, fault);
            return;
        }

        foreach (var operation in batch)
        {
            List<WriteOperation> alone = [operation];
            if (Attempt(alone) is { } own)
            {
                Fail(alone, own);
            }
        }
    }

    private Exception? Attempt(List<WriteOperation> batch)
    {
        if (batch.Count == 0)
        {
            return null;
        }

        try
        {
            session ??= Open();
            scope.Begin(session);
            session.Statement(BeginTransaction).Run();
            foreach (var operation in batch)
            {
                scope.Execute(operation);
            }

            // A transaction that changes nothing would say that the disk can be written although it can't.
            if (outage.IsOpen)
            {
                session.Statement(SqliteQueries.WriteProbe).Bind(scope.Now).Run();
            }

            session.Statement(CommitTransaction).Run();
        }
        catch (Exception exception)
        {
            Rollback(exception);
            return exception;
        }

        scope.Committed();
        if (outage.End())
        {
            Log.StoreBack(logger);
        }

        foreach (var operation in batch)
        {
            operation.Complete();
        }

        scope.Publish();
        return null;
    }

    // Where the transaction is no longer open although it failed, nobody knows whether it was committed: what is remembered is read anew.
    private void Rollback(Exception cause)
    {
        scope.RolledBack();
        if (session is null)
        {
            return;
        }

        try
        {
            if (session.InTransaction)
            {
                session.Execute(RollbackTransaction);
                if (!SqliteFaults.MeansUnavailable(cause) || SqliteFaults.IsFull(cause))
                {
                    return;
                }
            }
        }
        catch (Microsoft.Data.Sqlite.SqliteException exception)
        {
            Log.RollbackFailed(logger, exception);
        }

        session.Dispose();
        session = null;
    }

    private void Fail(List<WriteOperation> batch, Exception fault)
    {
        if (SqliteFaults.MeansUnavailable(fault))
        {
            if (outage.Begin())
            {
                Log.StoreLost(logger, fault);
            }

            fault = SqliteFaults.Unavailable(fault);
        }

        foreach (var operation in batch)
        {
            operation.Fail(fault);
        }
    }

    private SqliteSession Open()
    {
        var opened = database.OpenWriter();
        try
        {
            scope.OpenJobs.Load(opened);
            return opened;
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    private const string BeginTransaction = "BEGIN IMMEDIATE";
    private const string CommitTransaction = "COMMIT";
    private const string RollbackTransaction = "ROLLBACK";
}
