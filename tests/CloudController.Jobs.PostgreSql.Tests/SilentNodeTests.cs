using CloudController.Jobs.Errors;
using CloudController.Jobs.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace CloudController.Jobs.PostgreSql.Tests;

/// <summary>A node of which nothing is heard any more, amid a transaction, with its connection still open.</summary>
public sealed class SilentNodeTests(TestServer shared)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_it_had_locked_is_free_again_before_another_node_gives_up()
    {
        // Both are waited for longer than usual, in the same proportion, so that there is room for a machine that stands still for a while.
        var options = shared.NewOptions(patience: 5);
        await using var store = new PostgreSqlJobStore(
            options, TimeProvider.System, new JobSignals(), ErrorCatalog.BuiltIn, NullLogger<PostgreSqlJobStore>.Instance);
        await store.MigrateAsync(apply: true, Cancellation);
        await store.OpenAsync(Cancellation);
        var now = TimeProvider.System.GetUtcNow();
        var job = new NewJob { Guid = JobGuid.New(now), CreatedAt = now, Operation = "app.delete", Owner = JobOwner.Application };
        await store.SubmitAsync([job], int.MaxValue, Cancellation);

        await using var silent = new PostgreSqlDatabase(options, new StoreOutage(TimeProvider.System), NullLogger.Instance);
        silent.Open(behindPooler: false);
        var locked = new TaskCompletionSource();
        var heardOf = new TaskCompletionSource<bool>();
        var transaction = silent.InTransactionAsync(
            async transaction =>
            {
                await transaction.RunAsync(RoundTrip.Of($"SELECT FROM {options.Schema}.jobs FOR UPDATE"), Cancellation);
                locked.SetResult();
                return await heardOf.Task;
            },
            Cancellation);
        await locked.Task;

        Assert.Equal(JobPhase.Cancelled, (await store.CancelAsync(job.Guid, Cancellation)).Job?.Lifecycle.Phase);

        // Heard of again, it learns that its transaction is gone.
        heardOf.SetResult(true);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => transaction);
    }
}
