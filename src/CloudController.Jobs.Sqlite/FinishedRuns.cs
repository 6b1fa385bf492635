namespace CloudController.Jobs.Sqlite;

/// <summary>Runs of one exchange that finished and left nothing: written together, those of the same millisecond in one statement.</summary>
internal sealed class FinishedRuns
{
    private readonly Dictionary<long, List<long>> jobs = [];
    private readonly HashSet<long> all = [];

    /// <summary>Whether the job's run was ended already, though its row does not tell yet.</summary>
    public bool Contains(long job) => all.Contains(job);

    public void Add(long job, DateTimeOffset finishedAt)
    {
        all.Add(job);
        var millisecond = finishedAt.ToUnixTimeMilliseconds();
        if (!jobs.TryGetValue(millisecond, out var same))
        {
            jobs.Add(millisecond, same = []);
        }

        same.Add(job);
    }

    public void Write(WriteScope write)
    {
        foreach (var (millisecond, same) in jobs)
        {
            write.Statement(SqliteQueries.Finish).Bind(millisecond).Bind(write.Now).Bind(JsonList.Of(same)).Run();
        }
    }
}
