using System.Security.Cryptography;
using CloudController.Jobs.Errors;
using CloudController.Jobs.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace CloudController.Jobs.Sqlite;

/// <summary>Keeps jobs in a SQLite database that belongs to this process: one writer, which commits all that waits together, and readers of their own.</summary>
public sealed partial class SqliteJobStore : IJobStore, IAsyncDisposable
{
    private static readonly TimeSpan ProbeEvery = TimeSpan.FromSeconds(5);

    private readonly SqliteDatabase database;
    private readonly TimeProvider time;
    private readonly ErrorCatalog errors;
    private readonly ILogger logger;
    private readonly WriteScope scope;
    private readonly StoreOutage outage;
    private readonly SqliteReaders readers;
    private SqliteWriter? writer;
    private long probedAt;
    private DateTimeOffset openedAt;

    /// <summary>Makes a store that is opened by <see cref="OpenAsync"/>.</summary>
    /// <param name="options">Where the database is.</param>
    /// <param name="time">The store's clock.</param>
    /// <param name="signals">Is told what was committed.</param>
    /// <param name="errors">Words what the store itself does to jobs: cancelled, expired.</param>
    /// <param name="logger">Is told of outages, migrations and interrupted jobs.</param>
    public SqliteJobStore(SqliteStoreOptions options, TimeProvider time, JobSignals signals, ErrorCatalog errors, ILogger<SqliteJobStore> logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        this.time = time;
        this.errors = errors;
        this.logger = logger;
        database = new SqliteDatabase(options);
        scope = new WriteScope(time, signals);
        outage = new StoreOutage(time);
        readers = new SqliteReaders(database);
        workers = new LiveWorkers(time);
    }

    internal SqliteWriter Writer => writer ?? throw new InvalidOperationException("The store has not been opened.");

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> MigrateAsync(bool apply, CancellationToken cancellationToken) =>
        Task.Run(() => Guarded(() => apply ? Migrate() : FindMissing()), cancellationToken);

    /// <inheritdoc/>
    public Task OpenAsync(CancellationToken cancellationToken) => Task.Run(() => Guarded(Open), cancellationToken);

    /// <inheritdoc/>
    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        if (!database.Exists)
        {
            throw new StoreUnavailableException($"The store {database.Path} is gone.");
        }

        var now = time.GetTimestamp();
        if (outage.IsOpen || time.GetElapsedTime(Volatile.Read(ref probedAt), now) >= ProbeEvery)
        {
            await Writer.RunAsync(WriteProbe, rows: 1, cancellationToken);
            Volatile.Write(ref probedAt, now);
        }

        _ = readers.Read(0, static (session, _, _) =>
        {
            using var probe = session.Statement(SqliteQueries.ReadProbe);
            return probe.Step();
        });
    }

    /// <inheritdoc/>
    public async Task<byte[]> GetSecretAsync(string name, CancellationToken cancellationToken) =>
        readers.Read(name, static (session, _, secret) => FindSecret(session, secret))
            ?? await Writer.RunAsync(
                write =>
                {
                    write.Statement(SqliteQueries.InsertSecret).Bind(name).BindBlob(RandomNumberGenerator.GetBytes(32)).Run();
                    return FindSecret(write.Session, name)!;
                },
                rows: 1,
                cancellationToken);

    /// <summary>Does what still waits, then gives the database free.</summary>
    public async ValueTask DisposeAsync()
    {
        if (writer is { } open)
        {
            await open.DisposeAsync();
        }

        readers.Dispose();
        database.Dispose();
    }

    private IReadOnlyList<string> Migrate()
    {
        database.Hold();
        database.Create();
        using var session = database.OpenWriter();
        SqliteMove.RequireNone(session, database.Path);
        var applied = SqliteMigrations.Apply(session);
        foreach (var migration in applied)
        {
            Log.Migrated(logger, migration);
        }

        return applied;
    }

    private IReadOnlyList<string> FindMissing()
    {
        if (!database.Exists)
        {
            return SqliteMigrations.After(0);
        }

        using var session = database.OpenReader();
        SqliteMove.RequireNone(session, database.Path);
        return SqliteMigrations.After(SqliteMigrations.Version(session));
    }

    private bool Open()
    {
        database.Hold();
        using (var session = database.OpenWriter())
        {
            SqliteMove.RequireNone(session, database.Path);
            SqliteMigrations.Require(SqliteMigrations.Version(session));
            openedAt = time.GetUtcNow();
            session.Statement(SqliteQueries.ReleaseToRescue).Bind(openedAt).Run();
            if (session.Changes is > 0 and var left)
            {
                Log.LeftRunning(logger, left);
            }

            session.Statement(SqliteQueries.DueCallbacksNow).Bind(openedAt).Run();
        }

        writer = new SqliteWriter(database, scope, outage, logger);
        return true;
    }

    private static T Guarded<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (SqliteException exception) when (SqliteFaults.MeansUnavailable(exception))
        {
            throw SqliteFaults.Unavailable(exception);
        }
    }

    private static bool WriteProbe(WriteScope write)
    {
        write.Statement(SqliteQueries.WriteProbe).Bind(write.Now).Run();
        return true;
    }

    private static byte[]? FindSecret(SqliteSession session, string name)
    {
        using var find = session.Statement(SqliteQueries.FindSecret);
        find.Bind(name);
        return find.Step() ? find.Bytes(0).ToArray() : null;
    }
}
