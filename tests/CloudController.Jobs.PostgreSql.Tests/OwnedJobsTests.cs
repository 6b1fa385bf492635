using CloudController.Jobs.Errors;
using CloudController.Jobs.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace CloudController.Jobs.PostgreSql.Tests;

/// <summary>Jobs of one owner that share rows of <c>owned</c>.</summary>
public sealed class OwnedJobsTests(TestServer shared)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nothing_is_left_of_them_once_all_are_deleted_whoever_deletes_which_at_once()
    {
        var options = shared.NewOptions();
        await using var store = new PostgreSqlJobStore(
            options, TimeProvider.System, new JobSignals(), ErrorCatalog.BuiltIn, NullLogger<PostgreSqlJobStore>.Instance);
        await store.MigrateAsync(apply: true, Cancellation);
        await store.OpenAsync(Cancellation);
        var now = TimeProvider.System.GetUtcNow();
        NewJob[] jobs =
        [
            .. Enumerable.Range(0, 250).Select(_ =>
                new NewJob { Guid = JobGuid.New(now), CreatedAt = now, Operation = "app.delete", Owner = JobOwner.Application }),
        ];
        await store.SubmitAsync(jobs, int.MaxValue, Cancellation);
        var rows = await RowsAsync(options);
        Assert.Equal([100, 100, 50], rows);

        await store.CancelManyAsync(JobFilter.None, 1_000, Cancellation);
        await Task.WhenAll(jobs.Select(job => Task.Run(() => store.DeleteAsync(job.Guid, Cancellation), Cancellation)));

        // Those that were emptied by two at once may be left as rows, never with a job.
        Assert.All(await RowsAsync(options), length => Assert.Equal(0, length));
    }

    private static async Task<int[]> RowsAsync(PostgreSqlStoreOptions options)
    {
        await using var source = NpgsqlDataSource.Create(options.ConnectionString);
        await using var find = source.CreateCommand($"""
            SELECT coalesce(array_agg(cardinality(jobs) ORDER BY cardinality(jobs) DESC), '{"{}"}') FROM "{options.Schema}".owned
            """);
        return (int[])(await find.ExecuteScalarAsync(Cancellation))!;
    }
}
