using CloudController.Jobs.Storage;

namespace CloudController.Jobs.Sqlite;

/// <summary>The move of a store to another database, as the store itself tells of it.</summary>
/// <param name="Token">By which the other database knows the move, too.</param>
/// <param name="Target">Where to, for a person.</param>
/// <param name="IsFinished">Whether the jobs are held there now.</param>
internal sealed record SqliteMove(Guid Token, string Target, bool IsFinished)
{
    public static SqliteMove? Find(SqliteSession session)
    {
        using (var has = session.Statement(SqliteMoveQueries.HasMove))
        {
            if (!has.Step())
            {
                return null;
            }
        }

        using var find = session.Statement(SqliteMoveQueries.FindMove);
        return find.Step() ? new SqliteMove(find.Guid(0), find.Text(1), !find.IsNull(2)) : null;
    }

    /// <summary>Refuses a store that has been moved, wholly or in part: it would run jobs that run elsewhere, too.</summary>
    /// <exception cref="StoreMovedException">It has.</exception>
    public static void RequireNone(SqliteSession session, string path)
    {
        if (Find(session) is { } move)
        {
            throw new StoreMovedException(move.IsFinished
                ? $"The store {path} was moved to {move.Target}; go on there, with Store=postgres and its ConnectionString."
                : $"The store {path} is being moved to {move.Target}; run ccjobs move again to complete that, or ccjobs move --give-up to keep the "
                    + "store here.");
        }
    }
}
