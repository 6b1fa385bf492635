using System.Text.Json;
using CloudController.Jobs.Cli.Tests;
using CloudController.Jobs.Cli.Torture;
using CloudController.Jobs.PostgreSql.Tests;
using Npgsql;

namespace CloudController.Jobs.Faults.Tests;

/// <summary><c>ccjobs torture</c> (contract §9).</summary>
public sealed class TortureTests : IDisposable
{
    private const string Minutes = "0.15";

    private readonly TemporaryDirectory directory = new();

    private string Data => Path.Combine(directory.Path, "data");

    [Fact]
    public async Task On_SQLite_nothing_is_lost_and_nothing_left_behind()
    {
        var ended = await Ccjobs.RunAsync(new Setting(directory.Path), "torture", "--minutes", Minutes, "--json");

        Assert.Equal((0, ""), (ended.ExitCode, ended.Error));
        var result = JsonDocument.Parse(ended.Out).RootElement;
        AssertClean(result);
        Assert.Equal("sqlite", result.GetProperty("settings").GetProperty("store").GetString());
        Assert.InRange(Figure(result, "nodes_killed"), 1, int.MaxValue);
        Assert.Empty(Directory.GetFileSystemEntries(Data));
    }

    [Fact]
    public async Task On_PostgreSQL_nothing_is_lost_and_nothing_left_behind()
    {
        await using var database = await PostgreSqlServer.StartAsync(Path.GetTempPath(), durable: true);

        string[] arguments = ["torture", "--minutes", Minutes, "--nodes", "2", "--json", .. Settings(database)];
        var ended = await Ccjobs.RunAsync(new Setting(directory.Path), arguments);

        Assert.Equal((0, ""), (ended.ExitCode, ended.Error));
        var result = JsonDocument.Parse(ended.Out).RootElement;
        AssertClean(result);
        Assert.Equal(2, result.GetProperty("settings").GetProperty("nodes").GetInt32());
        Assert.InRange(Figure(result, "nodes_killed") + Figure(result, "connections_cut"), 1, int.MaxValue);
        Assert.Null(await SchemaAsync(database));
        Assert.Empty(Directory.GetFileSystemEntries(directory.Path));
    }

    [Fact]
    public async Task Whoever_tampers_with_jobs_is_found_out()
    {
        await using var database = await PostgreSqlServer.StartAsync(Path.GetTempPath(), durable: false);
        using var torture = Ccjobs.Start(new Setting(directory.Path), ["torture", "--minutes", "10", "--nodes", "2", .. Settings(database)]);
        Assert.Equal("PostgreSQL, 2 nodes, 10 minutes; an interrupt ends it early.", await torture.ReadLineAsync());
        string? schema = null;
        await Trial.UntilAsync(async () => (schema = await SchemaAsync(database)) is not null && await FinishedAsync(database, schema) > 0);

        // One that has ended goes, and another is said to have finished twice.
        await Trial.UntilAsync(async () => await Trial.ExecuteAsync(database, Delete(schema!)) is not null);
        await Trial.UntilAsync(async () => await Trial.ExecuteAsync(database, FinishTwice(schema!)) is not null);
        await torture.SignalAsync("INT");

        var ended = await torture.EndAsync();
        Assert.Equal(1, ended.ExitCode);
        Assert.Contains("lost                               1", ended.Lines);
        Assert.Contains("ended twice                        1", ended.Lines);
        Assert.Contains(": it is not there.", ended.Error, StringComparison.Ordinal);
        Assert.Contains(": two of its runs finished.", ended.Error, StringComparison.Ordinal);
        Assert.Null(await SchemaAsync(database));
    }

    [Fact]
    public async Task A_job_that_ends_once_more_after_it_was_seen_to_have_ended_is_found_out()
    {
        await using var trial = await Trial.StartAsync(nodes: 1);
        string? job = null;

        var balance = await trial.AuditAsync(async () =>
        {
            await Trial.UntilAsync(() => Task.FromResult((job = trial.Ledger.Accepted.Keys.FirstOrDefault(trial.Ledger.HasEnded)) is not null));
            Assert.NotNull(await trial.ExecuteAsync($"UPDATE ccjobs.jobs SET finished_at = finished_at + 60000 WHERE guid = '{job}' RETURNING guid"));
        });

        var violation = Assert.Single(balance.Violations);
        Assert.Equal((Promise.EndedOnce, job), (violation.Promise, violation.Job));
        Assert.StartsWith("it had ended, ", violation.Sentence, StringComparison.Ordinal);
        Assert.Equal((0, 1), (balance.Lost, balance.EndedTwice));
    }

    [Theory]
    [InlineData("", "Option '--minutes' is required.")]
    [InlineData("--minutes 0", "--minutes is '0'; it can be 0.05 to 10080.")]
    [InlineData("--minutes 1 --nodes 2", "--nodes is 2, and Store is sqlite, which belongs to one process; it can be 1.")]
    public async Task Wrong_usage_is_said_in_a_sentence(string arguments, string sentence)
    {
        string[] command = ["torture", .. arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries)];
        var ended = await Ccjobs.RunAsync(new Setting(directory.Path), command);

        Assert.Equal((2, sentence + "\n"), (ended.ExitCode, ended.Error));
        Assert.Empty(Directory.GetFileSystemEntries(directory.Path));
    }

    public void Dispose() => directory.Dispose();

    private static void AssertClean(JsonElement result)
    {
        Assert.InRange(Figure(result, "accepted"), 1, int.MaxValue);
        Assert.Equal(Figure(result, "accepted"), Figure(result, "finished"));
        Assert.All(["lost", "ended_twice", "other_violations"], name => Assert.Equal(0, Figure(result, name)));
    }

    private static int Figure(JsonElement result, string name) => result.GetProperty(name).GetInt32();

    private static string[] Settings(PostgreSqlServer database) => ["--Store=postgres", $"--ConnectionString={database.ConnectionString}"];

    private static async Task<string?> SchemaAsync(PostgreSqlServer database) =>
        (string?)await Trial.ExecuteAsync(database, "SELECT nspname::text FROM pg_namespace WHERE nspname LIKE 'ccjobs\\_torture\\_%'");

    private static string Delete(string schema) =>
        $"DELETE FROM {schema}.jobs WHERE guid = (SELECT guid FROM {schema}.jobs WHERE phase = 8 ORDER BY finished_at LIMIT 1) RETURNING guid::text";

    // One that failed at first.
    private static string FinishTwice(string schema) => $"""
        UPDATE {schema}.runs SET outcome = 'finished'
        WHERE run = 1 AND job = (
            SELECT guid FROM {schema}.jobs JOIN {schema}.runs AS first ON first.job = guid
            WHERE phase = 8 AND jobs.run = 2 AND first.run = 1 AND first.outcome = 'failed' LIMIT 1)
        RETURNING job::text
        """;

    private static async Task<long> FinishedAsync(PostgreSqlServer database, string schema)
    {
        try
        {
            return (long)(await Trial.ExecuteAsync(database, $"SELECT count(*) FROM {schema}.jobs WHERE phase = 8"))!;
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.UndefinedTable)
        {
            return 0;
        }
    }
}
