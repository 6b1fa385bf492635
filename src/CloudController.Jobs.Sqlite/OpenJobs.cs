namespace CloudController.Jobs.Sqlite;

/// <summary>How many open jobs each owner has: kept by the writer alone, so that a limit costs no query. Read once from the indexes of open jobs.</summary>
internal sealed class OpenJobs
{
    private readonly Dictionary<long, int> counts = [];
    private readonly Dictionary<long, int> uncommitted = [];

    public int Of(long owner) => counts.GetValueOrDefault(owner) + uncommitted.GetValueOrDefault(owner);

    public void Add(long owner, int jobs) => uncommitted[owner] = uncommitted.GetValueOrDefault(owner) + jobs;

    public void Commit()
    {
        foreach (var (owner, change) in uncommitted)
        {
            var count = counts.GetValueOrDefault(owner) + change;
            if (count == 0)
            {
                counts.Remove(owner);
            }
            else
            {
                counts[owner] = count;
            }
        }

        uncommitted.Clear();
    }

    public void Rollback() => uncommitted.Clear();

    public void Load(SqliteSession session)
    {
        counts.Clear();
        uncommitted.Clear();
        using var count = session.Statement(SqliteQueries.CountOpen);
        while (count.Step())
        {
            counts[count.Int64(0)] = count.Int32(1);
        }
    }
}
