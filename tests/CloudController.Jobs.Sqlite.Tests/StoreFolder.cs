using CloudController.Jobs.Errors;
using CloudController.Jobs.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace CloudController.Jobs.Sqlite.Tests;

/// <summary>A folder with a database, as a process finds and leaves it.</summary>
internal sealed class StoreFolder : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("jobs-");

    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 6, 1, 12, 0, 0, TimeSpan.Zero));

    public string Database => Path.Combine(folder.FullName, "jobs.db");

    public SqliteJobStore Store() => new(
        new SqliteStoreOptions { Path = Database }, Clock, new JobSignals(), ErrorCatalog.BuiltIn, NullLogger<SqliteJobStore>.Instance);

    public async Task<SqliteJobStore> OpenAsync()
    {
        var store = Store();
        await store.MigrateAsync(apply: true, CancellationToken.None);
        await store.OpenAsync(CancellationToken.None);
        return store;
    }

    public NewJob Job() => new()
    {
        Guid = JobGuid.New(Clock.GetUtcNow()),
        CreatedAt = Clock.GetUtcNow(),
        Operation = "app.delete",
        Owner = JobOwner.Application,
    };

    /// <summary>What a killed process leaves: the files as they are now.</summary>
    public StoreFolder Copy()
    {
        var copy = new StoreFolder();
        foreach (var name in (string[])["jobs.db", "jobs.db-wal"])
        {
            File.Copy(Path.Combine(folder.FullName, name), Path.Combine(copy.folder.FullName, name));
        }

        return copy;
    }

    public void Run(string sql)
    {
        using var connection = Connect();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    public SqliteConnection Connect()
    {
        var connection = new SqliteConnection($"Data Source={Database};Pooling=False");
        connection.Open();
        return connection;
    }

    public void Dispose() => folder.Delete(recursive: true);
}
