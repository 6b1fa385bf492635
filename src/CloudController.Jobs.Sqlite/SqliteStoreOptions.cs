namespace CloudController.Jobs.Sqlite;

/// <summary>Where the SQLite store keeps its jobs.</summary>
public sealed class SqliteStoreOptions
{
    /// <summary>The database file, by default <c>data/jobs.db</c>; made, with its folder, where it is missing. Beside it stand its write-ahead log and
    /// <c>.lock</c>, by which the store belongs to one process.</summary>
    public string Path { get; set; } = System.IO.Path.Combine("data", "jobs.db");

    /// <summary>A Microsoft.Data.Sqlite connection string, whose data source overrides <see cref="Path"/>; <see langword="null"/>: none. Databases in
    /// memory are not supported.</summary>
    public string? ConnectionString { get; set; }

    /// <summary>Each statement goes through it before it is prepared: tests take a condition out and see whether anything notices.</summary>
    internal Func<string, string> Prepare { get; init; } = static sql => sql;
}
