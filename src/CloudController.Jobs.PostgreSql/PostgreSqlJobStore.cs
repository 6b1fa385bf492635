using System.Security.Cryptography;
using System.Text.RegularExpressions;
using CloudController.Jobs.Errors;
using CloudController.Jobs.Storage;
using Microsoft.Extensions.Logging;

namespace CloudController.Jobs.PostgreSql;

/// <summary>Keeps jobs in a PostgreSQL database that any number of nodes share, none of them special.</summary>
public sealed partial class PostgreSqlJobStore : IJobStore, IAsyncDisposable
{
    private static readonly TimeSpan ProbeEvery = TimeSpan.FromSeconds(5);

    private readonly PostgreSqlQueries queries;
    private readonly PostgreSqlDatabase database;
    private readonly PostgreSqlMigrations migrations;
    private readonly PostgreSqlNames names;
    private readonly PostgreSqlWriter writer;
    private readonly ChangeNotifier notifier;
    private readonly ClaimFloors floors = new();
    private readonly LimitedQueues limits = new();
    private readonly StoreOutage outage;
    private readonly JobSignals signals;
    private readonly TimeProvider time;
    private readonly ErrorCatalog errors;
    private readonly ILogger logger;
    private readonly string node = RandomNumberGenerator.GetHexString(12, lowercase: true);
    private ChangeListener? listener;
    private long probedAt;

    /// <summary>Makes a store that is opened by <see cref="OpenAsync"/>.</summary>
    /// <param name="options">Where the database is.</param>
    /// <param name="time">The system's clock: the database's decides then. Any other decides itself.</param>
    /// <param name="signals">Is told what was committed, here and by other nodes.</param>
    /// <param name="errors">Words what the store itself does to jobs: cancelled, expired.</param>
    /// <param name="logger">Is told of outages and migrations.</param>
    /// <exception cref="ArgumentException">The connection string or the schema's name is wrong.</exception>
    public PostgreSqlJobStore(
        PostgreSqlStoreOptions options, TimeProvider time, JobSignals signals, ErrorCatalog errors, ILogger<PostgreSqlJobStore> logger)
        : this(options, new PostgreSqlQueries(Required(options).Schema), time, signals, errors, logger)
    {
    }

    /// <summary>Makes one with statements of its own.</summary>
    internal PostgreSqlJobStore(
        PostgreSqlStoreOptions options,
        PostgreSqlQueries queries,
        TimeProvider time,
        JobSignals signals,
        ErrorCatalog errors,
        ILogger<PostgreSqlJobStore> logger)
    {
        if (!SchemaNames().IsMatch(options.Schema))
        {
            throw new ArgumentException(
                $"The schema is '{options.Schema}'; it can be 1 to 48 of a-z, 0-9 and _, not a digit first.", nameof(options));
        }

        (this.queries, this.time, this.signals, this.errors, this.logger) = (queries, time, signals, errors, logger);
        outage = new StoreOutage(time);
        database = new PostgreSqlDatabase(options, outage, logger);
        migrations = new PostgreSqlMigrations(queries, Migration.Known);
        names = new PostgreSqlNames(database, queries);
        notifier = new ChangeNotifier(database, queries, time, node);
        writer = new PostgreSqlWriter(database, queries, time, floors, notifier, signals, logger);
    }

    // Null: the database's clock.
    private long? Now => time == TimeProvider.System ? null : NodeNow;

    private long NodeNow => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> MigrateAsync(bool apply, CancellationToken cancellationToken)
    {
        if (!apply)
        {
            return await migrations.FindMissingAsync(database, cancellationToken);
        }

        var applied = await migrations.ApplyAsync(database, cancellationToken);
        foreach (var migration in applied)
        {
            Log.Migrated(logger, migration);
        }

        return applied;
    }

    /// <inheritdoc/>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        await migrations.RequireAsync(database, cancellationToken);
        await PostgreSqlMove.RequireFinishedAsync(database, queries, cancellationToken);
        var hasPooler = await database.PrepareAsync(
            transaction => transaction.RunAsync(
                RoundTrip.Of(PostgreSqlQueries.ServerProcess),
                async reader => await reader.ReadAsync(cancellationToken) && reader.GetInt32(0) != transaction.Connection.ProcessID,
                cancellationToken),
            cancellationToken);
        if (hasPooler)
        {
            Log.BehindPooler(logger);
        }

        database.Open(hasPooler);
        await database.RunAsync(RoundTrip.Of(queries.FirstNode, parameters => parameters.Bind("now", Now)), cancellationToken);
        listener ??= new ChangeListener(database, queries, signals, time, logger, node);
        await listener.Ready.WaitAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public TimeSpan LookEvery => TimeSpan.FromSeconds(listener is { Hears: true } ? 10 : 1);

    /// <inheritdoc/>
    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        var readOnly = await database.RunAsync(
            RoundTrip.Of(queries.ReadProbe), async reader => !await reader.ReadAsync(cancellationToken) || reader.GetBoolean(1), cancellationToken);
        if (readOnly)
        {
            throw new StoreUnavailableException("The database takes no writes.");
        }

        var now = time.GetTimestamp();
        if (probedAt == 0 || time.GetElapsedTime(Volatile.Read(ref probedAt), now) >= ProbeEvery)
        {
            await database.RunAsync(RoundTrip.Of(queries.WriteProbe, parameters => parameters.Bind("now", Now)), cancellationToken);
            Volatile.Write(ref probedAt, now);
        }
    }

    /// <inheritdoc/>
    public async Task<byte[]> GetSecretAsync(string name, CancellationToken cancellationToken)
    {
        var trip = new RoundTrip();
        trip.Add(queries.InsertSecret).Bind("name", name).Bind("value", RandomNumberGenerator.GetBytes(32));
        trip.Add(queries.FindSecret).Bind("name", name);
        return await database.RunAsync(
            trip,
            async reader => await reader.ReadAsync(cancellationToken) ? reader.Bytes(0) : throw new InvalidDataException("A secret is missing."),
            cancellationToken);
    }

    /// <summary>Keeps what still waits, then lets go of the database.</summary>
    public async ValueTask DisposeAsync()
    {
        await writer.DisposeAsync();
        await notifier.DisposeAsync();
        if (listener is not null)
        {
            await listener.DisposeAsync();
        }

        await database.DisposeAsync();
    }

    private static PostgreSqlStoreOptions Required(PostgreSqlStoreOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options;
    }

    private void Publish(Changes changes)
    {
        if (changes.Work)
        {
            floors.Appeared();
        }

        Tell(changes);
    }

    private void Tell(Changes changes, bool mayWait = false)
    {
        if (!changes.IsEmpty)
        {
            changes.Publish(signals);
            notifier.Add(changes, mayWait);
        }
    }

    [GeneratedRegex("^[a-z_][a-z0-9_]{0,47}$", RegexOptions.CultureInvariant)]
    private static partial Regex SchemaNames();
}
