using CloudController.Jobs.PostgreSql;

namespace CloudController.Jobs.Cli.Settings;

/// <summary>A store beside the configured one that goes with its user: a directory on the same disk, or a schema of the same database.</summary>
internal sealed class TemporaryStore : IAsyncDisposable
{
    /// <param name="configured">Beside which.</param>
    /// <param name="purpose">Is part of its name: at most 16 of <c>a-z</c>.</param>
    public TemporaryStore(StoreSettings configured, string purpose)
    {
        if (configured.IsShared)
        {
            Settings = configured with { Schema = PostgreSqlSchema.NewName(purpose) };
            return;
        }

        configured.Prepare();
        var directory = new DataDirectory(configured.DataDirectory.PathOf($"{purpose}-{Path.GetRandomFileName()}"));
        directory.Prepare();
        Settings = configured with { DataDirectory = directory, ConnectionString = null };
    }

    /// <summary>Where it is.</summary>
    public StoreSettings Settings { get; }

    public string Name => Settings.IsShared ? "PostgreSQL" : "SQLite";

    public async ValueTask DisposeAsync()
    {
        if (Settings.IsShared)
            await PostgreSqlSchema.DropAsync(Settings.ConnectionString!, Settings.Schema!, CancellationToken.None);
        else
            Directory.Delete(Settings.DataDirectory.Path, recursive: true);
    }
}
