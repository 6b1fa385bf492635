using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace CloudController.Jobs.PostgreSql.Tests;

/// <summary>What is moved from another store is all that this one can hold: a table or column that is new must be thought of.</summary>
public sealed class MoveTests(TestServer shared)
{
    private readonly PostgreSqlStoreOptions options = shared.NewOptions();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_column_of_every_table_is_copied()
    {
        var queries = new PostgreSqlQueries(options.Schema);
        string[] copies = [queries.CopyJobs, queries.CopyOwned, queries.CopyRuns, queries.CopyFailures, queries.CopyLabels, queries.CopyKeys];

        // Kept by statements of their own, or this store's own business.
        string[] others = ["lanes", "owners", "queues", "queue_starts", "operations", "secrets", "activity", "workers", "health", "migrations"];

        var columns = await ColumnsAsync();
        Assert.All(copies.Select(Parse), copy => Assert.Equal(columns[copy.Table].Order(), copy.Columns.Order()));
        Assert.Equal(columns.Keys.Order(), copies.Select(copy => Parse(copy).Table).Concat(others).Order());
    }

    // COPY "schema".table (column, column) FROM …
    private static (string Table, string[] Columns) Parse(string copy)
    {
        var (open, close) = (copy.IndexOf('(', StringComparison.Ordinal), copy.IndexOf(')', StringComparison.Ordinal));
        return (copy[(copy.IndexOf('.', StringComparison.Ordinal) + 1)..open].Trim(),
            copy[(open + 1)..close].Split(',', StringSplitOptions.TrimEntries));
    }

    private async Task<Dictionary<string, string[]>> ColumnsAsync()
    {
        await using var database = new PostgreSqlDatabase(options, new StoreOutage(TimeProvider.System), NullLogger.Instance);
        await new PostgreSqlMigrations(new PostgreSqlQueries(options.Schema), Migration.Known).ApplyAsync(database, Cancellation);

        await using var source = NpgsqlDataSource.Create(options.ConnectionString);
        await using var find = source.CreateCommand($"""
            SELECT table_name, array_agg(column_name::text) FROM information_schema.columns
            WHERE table_schema = '{options.Schema}' AND NOT (table_name = 'owned' AND column_name = 'id') GROUP BY table_name
            """);
        await using var rows = await find.ExecuteReaderAsync(Cancellation);
        var columns = new Dictionary<string, string[]>();
        while (await rows.ReadAsync(Cancellation))
        {
            columns[rows.GetString(0)] = rows.GetFieldValue<string[]>(1);
        }

        return columns;
    }
}
