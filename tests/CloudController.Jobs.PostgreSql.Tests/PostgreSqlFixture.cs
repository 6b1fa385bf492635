using CloudController.Jobs.Errors;
using CloudController.Jobs.Storage;
using CloudController.Jobs.StoreConformance;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace CloudController.Jobs.PostgreSql.Tests;

/// <summary>A schema of its own for every test.</summary>
public sealed class PostgreSqlFixture(TestServer shared) : IStoreFixture
{
    /// <summary>The statements of a schema, so that a test can see what happens when one of them is another.</summary>
    internal Func<string, PostgreSqlQueries> Queries { get; init; } = static schema => new PostgreSqlQueries(schema);

    public async Task<ITestStore> CreateAsync(FakeTimeProvider clock, JobSignals signals, CancellationToken cancellationToken)
    {
        var options = shared.NewOptions();
        var store = new TestStore(options, Queries(options.Schema), clock, signals);
        await store.ReopenAsync(cancellationToken);
        return store;
    }

    private sealed class TestStore(
        PostgreSqlStoreOptions options, PostgreSqlQueries queries, FakeTimeProvider clock, JobSignals signals) : ITestStore
    {
        private PostgreSqlJobStore? store;

        public IJobStore Store => store ?? throw new InvalidOperationException("Not open.");

        public async Task ReopenAsync(CancellationToken cancellationToken)
        {
            await DisposeAsync();
            store = new PostgreSqlJobStore(options, queries, clock, signals, ErrorCatalog.BuiltIn, NullLogger<PostgreSqlJobStore>.Instance);
            await store.MigrateAsync(apply: true, cancellationToken);
            await store.OpenAsync(cancellationToken);
        }

        public async ValueTask DisposeAsync()
        {
            if (store is not null)
            {
                await store.DisposeAsync();
            }
        }
    }
}
