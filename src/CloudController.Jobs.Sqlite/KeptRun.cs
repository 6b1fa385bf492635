namespace CloudController.Jobs.Sqlite;

/// <summary>What a job's row says of its present run, to be kept where that leaves something to tell.</summary>
internal readonly record struct KeptRun(int Attempt, DateTimeOffset StartedAt, string? Worker)
{
    public static KeptRun Find(WriteScope write, long job)
    {
        using var find = write.Statement(SqliteQueries.FindRun);
        find.Bind(job);
        return find.Step() ? new KeptRun(find.Int32(0), find.Instant(1), find.NullableText(2)) : throw new InvalidDataException("A leased job is missing.");
    }
}
