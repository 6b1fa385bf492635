using CloudController.Jobs.Storage;

namespace CloudController.Jobs.PostgreSql;

/// <summary>The move of another store to this schema, as the schema tells of it.</summary>
/// <param name="Token">By which the other store knows the move, too.</param>
/// <param name="Place">Everything up to this place in the order of submission is held.</param>
/// <param name="IsFinished">Whether all is held, and the other store knows.</param>
internal sealed record PostgreSqlMove(Guid Token, long Place, bool IsFinished)
{
    public static async Task<PostgreSqlMove?> FindAsync(
        PostgreSqlTransaction transaction, PostgreSqlQueries queries, CancellationToken cancellationToken)
    {
        var isThere = await transaction.RunAsync(
            RoundTrip.Of(queries.HasMoves), async reader => await reader.ReadAsync(cancellationToken) && reader.GetBoolean(0), cancellationToken);
        return !isThere
            ? null
            : await transaction.RunAsync(
                RoundTrip.Of(queries.FindMove),
                async reader => await reader.ReadAsync(cancellationToken)
                    ? new PostgreSqlMove(reader.GetGuid(0), reader.GetInt64(1), reader.GetBoolean(2))
                    : null,
                cancellationToken);
    }

    /// <summary>Refuses a schema that holds a part of what is to come: the rest would come after it, and some of it twice.</summary>
    /// <exception cref="StoreMovedException">It does.</exception>
    public static async Task RequireFinishedAsync(PostgreSqlDatabase database, PostgreSqlQueries queries, CancellationToken cancellationToken)
    {
        var move = await database.PrepareAsync(transaction => FindAsync(transaction, queries, cancellationToken), cancellationToken);
        if (move is { IsFinished: false })
        {
            throw new StoreMovedException(
                $"The schema {queries.Schema.Trim('"')} of the database holds a part of a store that is being moved to it; "
                + "run ccjobs move again to complete that.");
        }
    }
}
