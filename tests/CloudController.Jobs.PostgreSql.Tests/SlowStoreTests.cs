using CloudController.Jobs.Errors;
using CloudController.Jobs.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace CloudController.Jobs.PostgreSql.Tests;

/// <summary>Submissions while the database is slow, and while the store closes: each is answered.</summary>
public sealed class SlowStoreTests(TestServer shared) : IAsyncLifetime
{
    // A safety net only: what is awaited comes within seconds or never.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly PostgreSqlStoreOptions options = shared.NewOptions();
    private readonly NpgsqlDataSource database = NpgsqlDataSource.Create(shared.Server.ConnectionString);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await using var store = NewStore(options);
        await store.MigrateAsync(apply: true, Cancellation);
    }

    public ValueTask DisposeAsync() => database.DisposeAsync();

    [Fact]
    public async Task What_takes_too_long_to_be_kept_fails()
    {
        // No patience at all: the database is waited for without end, the caller not beyond the next look.
        await using var store = NewStore(new() { ConnectionString = options.ConnectionString, Schema = options.Schema, Patience = 0 });
        await store.OpenAsync(Cancellation);
        await using var slow = await HoldUpAsync();

        var failure = await Assert.ThrowsAsync<StoreUnavailableException>(() => SubmitAsync(store).WaitAsync(Patience, Cancellation));

        Assert.Equal("The store took too long to keep what was submitted.", failure.Message);
    }

    [Fact]
    public async Task What_comes_while_the_store_closes_is_refused_and_what_came_before_is_kept()
    {
        var store = NewStore(options);
        await store.OpenAsync(Cancellation);
        Task<Submission> before;
        Task closing;
        await using (await HoldUpAsync())
        {
            before = SubmitAsync(store);
            closing = store.DisposeAsync().AsTask();

            await IsRefusedAsync(store);
            Assert.False(closing.IsCompleted);
        }

        Assert.IsType<Submission.Accepted>(await before.WaitAsync(Patience, Cancellation));
        await closing.WaitAsync(Patience, Cancellation);
        Assert.Equal(1, await CountAsync());
    }

    [Fact]
    public async Task What_comes_after_the_store_has_closed_is_refused()
    {
        var store = NewStore(options);
        await store.OpenAsync(Cancellation);
        await store.DisposeAsync();

        await IsRefusedAsync(store);
    }

    [Fact]
    public async Task Whatever_comes_about_when_the_store_closes_is_kept_or_refused()
    {
        var store = NewStore(options);
        await store.OpenAsync(Cancellation);
        var kept = 0;
        var isUnderWay = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var submitting = Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(SubmitUntilRefusedAsync, Cancellation)));
        await isUnderWay.Task.WaitAsync(Patience, Cancellation);

        await store.DisposeAsync();

        await submitting.WaitAsync(Patience, Cancellation);
        Assert.Equal(kept, await CountAsync());

        async Task SubmitUntilRefusedAsync()
        {
            try
            {
                while (true)
                {
                    Assert.IsType<Submission.Accepted>(await SubmitAsync(store));
                    Interlocked.Increment(ref kept);
                    isUnderWay.TrySetResult();
                }
            }
            catch (StoreUnavailableException)
            {
            }
        }
    }

    private static PostgreSqlJobStore NewStore(PostgreSqlStoreOptions options) =>
        new(options, TimeProvider.System, new JobSignals(), ErrorCatalog.BuiltIn, NullLogger<PostgreSqlJobStore>.Instance);

    private static Task<Submission> SubmitAsync(PostgreSqlJobStore store)
    {
        var now = TimeProvider.System.GetUtcNow();
        return store.SubmitAsync(
            [new NewJob { Guid = JobGuid.New(now), CreatedAt = now, Operation = "app.delete", Owner = JobOwner.Application }], int.MaxValue, Cancellation);
    }

    private static async Task IsRefusedAsync(PostgreSqlJobStore store) =>
        Assert.Equal(
            "The store has been closed.",
            (await Assert.ThrowsAsync<StoreUnavailableException>(() => SubmitAsync(store).WaitAsync(Patience, Cancellation))).Message);

    // Until it is let go nothing is written.
    private async Task<NpgsqlConnection> HoldUpAsync()
    {
        var connection = await database.OpenConnectionAsync(Cancellation);
        await connection.BeginTransactionAsync(Cancellation);
        await using var hold = new NpgsqlCommand($"LOCK TABLE {options.Schema}.jobs", connection);
        await hold.ExecuteNonQueryAsync(Cancellation);
        return connection;
    }

    private async Task<int> CountAsync()
    {
        await using var count = database.CreateCommand($"SELECT count(*)::integer FROM {options.Schema}.jobs");
        return (int)(await count.ExecuteScalarAsync(Cancellation))!;
    }
}
