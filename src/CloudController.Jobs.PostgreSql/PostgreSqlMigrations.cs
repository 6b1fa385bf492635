using System.Globalization;
using CloudController.Jobs.Storage;

namespace CloudController.Jobs.PostgreSql;

/// <summary>Applies the schema's numbered steps, <c>Migrations/*.sql</c>, each in a transaction of its own, under a lock, so that nodes that start
/// together do not meet and a crash leaves whole steps.</summary>
/// <remarks>Nodes of the release before go on working while this one's steps are applied, and may start on the schema afterwards: a step only adds
/// (tables, columns with a constant default or none, once released indexes of new tables alone), never rewrites a table, and what it adds is not asked of
/// the earlier release's statements. It says so in its first line, and the schema keeps that for programs which do not know the step. What is no longer
/// used goes a release later. A released step is never edited.</remarks>
internal sealed class PostgreSqlMigrations(PostgreSqlQueries queries, IReadOnlyList<Migration> known)
{
    /// <summary>How long a lock is waited for.</summary>
    public const int LockSeconds = 5;

    /// <summary>What is not applied yet.</summary>
    /// <exception cref="StoreSchemaException">The schema is newer than this program, and not made for it, too.</exception>
    public async Task<IReadOnlyList<string>> FindMissingAsync(PostgreSqlDatabase database, CancellationToken cancellationToken) =>
        [.. (await MissingAsync(database, cancellationToken)).Select(step => step.Name)];

    /// <summary>Applies what is not applied yet.</summary>
    /// <exception cref="StoreSchemaException">The schema is newer than this program, and not made for it, too.</exception>
    public async Task<IReadOnlyList<string>> ApplyAsync(PostgreSqlDatabase database, CancellationToken cancellationToken)
    {
        var applied = new List<string>();
        foreach (var step in await MissingAsync(database, cancellationToken))
        {
            if (await database.PrepareAsync(transaction => ApplyAsync(database, transaction, step, cancellationToken), cancellationToken))
            {
                applied.Add(step.Name);
            }
        }

        return applied;
    }

    /// <summary>Refuses every schema that this program cannot work with.</summary>
    public async Task RequireAsync(PostgreSqlDatabase database, CancellationToken cancellationToken)
    {
        if ((await MissingAsync(database, cancellationToken)).Count > 0)
        {
            throw new StoreSchemaException(string.Create(
                CultureInfo.InvariantCulture,
                $"The store's schema is older than version {known.Count}, which this program works with: migrate it first."));
        }
    }

    private async Task<IReadOnlyList<Migration>> MissingAsync(PostgreSqlDatabase database, CancellationToken cancellationToken)
    {
        var schema = await database.PrepareAsync(transaction => FindAsync(transaction, cancellationToken), cancellationToken);
        if (schema.CompatibleFrom > known.Count)
        {
            throw new StoreSchemaException(string.Create(
                CultureInfo.InvariantCulture, $"The store's schema is version {schema.Version}; this program knows versions up to {known.Count}."));
        }

        return [.. known.Skip(schema.Version)];
    }

    private async Task<bool> ApplyAsync(
        PostgreSqlDatabase database, PostgreSqlTransaction transaction, Migration step, CancellationToken cancellationToken)
    {
        await transaction.RunAsync(RoundTrip.Of(queries.LockSchema(LockSeconds * database.Patience)), cancellationToken);
        await transaction.RunAsync(RoundTrip.Of(queries.CreateMigrations), cancellationToken);
        if ((await FindAsync(transaction, cancellationToken)).Version >= step.Number)
        {
            // Another node was first.
            return false;
        }

        await transaction.RunAsync(RoundTrip.Of(queries.UseSchema), cancellationToken);
        await using (var command = transaction.Connection.CreateCommand())
        {
            command.CommandText = step.Sql;
            await command.ExecuteNonQueryAsync(cancellationToken);
        }

        await transaction.RunAsync(
            RoundTrip.Of(
                queries.InsertMigration,
                parameters => parameters.Bind("version", step.Number).Bind("name", step.Name).Bind("compatible_from", step.CompatibleFrom)),
            cancellationToken);
        return true;
    }

    private async Task<SchemaVersion> FindAsync(PostgreSqlTransaction transaction, CancellationToken cancellationToken)
    {
        var isThere = await transaction.RunAsync(
            RoundTrip.Of(queries.HasMigrations),
            async reader => await reader.ReadAsync(cancellationToken) && reader.GetBoolean(0),
            cancellationToken);
        return !isThere
            ? default
            : await transaction.RunAsync(
                RoundTrip.Of(queries.Version),
                async reader => await reader.ReadAsync(cancellationToken) ? new SchemaVersion(reader.GetInt32(0), reader.GetInt32(1)) : default,
                cancellationToken);
    }

    /// <param name="Version">The last step applied.</param>
    /// <param name="CompatibleFrom">The oldest version whose programs work on it.</param>
    private readonly record struct SchemaVersion(int Version, int CompatibleFrom);
}
