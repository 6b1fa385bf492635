using CloudController.Jobs.Errors;
using CloudController.Jobs.Storage;
using CloudController.Jobs.StoreConformance;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace CloudController.Jobs.Sqlite.Tests;

/// <summary>A database file of its own for every test.</summary>
public sealed class SqliteFixture : IStoreFixture
{
    /// <summary>Alters statements before they are prepared.</summary>
    internal Func<string, string> Prepare { get; init; } = static sql => sql;

    public async Task<ITestStore> CreateAsync(FakeTimeProvider clock, JobSignals signals, CancellationToken cancellationToken)
    {
        var store = new TestStore(clock, signals, Prepare);
        await store.ReopenAsync(cancellationToken);
        return store;
    }

    private sealed class TestStore(FakeTimeProvider clock, JobSignals signals, Func<string, string> prepare) : ITestStore
    {
        private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("jobs-");
        private SqliteJobStore? store;

        public IJobStore Store => store ?? throw new InvalidOperationException("Not open.");

        public async Task ReopenAsync(CancellationToken cancellationToken)
        {
            if (store is not null)
            {
                await store.DisposeAsync();
            }

            var options = new SqliteStoreOptions { Path = Path.Combine(folder.FullName, "jobs.db"), Prepare = prepare };
            store = new SqliteJobStore(options, clock, signals, ErrorCatalog.BuiltIn, NullLogger<SqliteJobStore>.Instance);
            await store.MigrateAsync(apply: true, cancellationToken);
            await store.OpenAsync(cancellationToken);
        }

        public async ValueTask DisposeAsync()
        {
            if (store is not null)
            {
                await store.DisposeAsync();
            }

            folder.Delete(recursive: true);
        }
    }
}
