using Npgsql;

namespace CloudController.Jobs.Cli.Tests.Moving;

/// <summary>What a move refuses, in one sentence, and leaves as it was.</summary>
public sealed class RefusedMoveTests(MovedStore store) : IClassFixture<MovedStore>
{
    private const string NoServer =
        "--to names no database server; it can be such as Host=db.example.org;Database=ccjobs;Username=ccjobs;Password=secret.\n";

    [Fact]
    public async Task It_moves_to_a_database_without_jobs_only_and_then_the_store_starts_as_before()
    {
        using (var source = await store.StartSqliteAsync())
            await source.WaitForAsync(await source.SubmitAsync("""{"operation":"noop"}"""), "finished");
        using (var target = await store.StartPostgreSqlAsync("--Worker:Enabled=false"))
            await target.SubmitAsync("""{"operation":"app.other"}""");

        var refused = await store.MoveAsync();

        Assert.Equal(
            (1, "The schema ccjobs of the database holds jobs already; a store can be moved to an empty one only.\n", ""),
            (refused.ExitCode, refused.Error, refused.Out));
        using var again = await store.StartSqliteAsync();
    }

    [Theory]
    [InlineData("Password", "wrong", 2, "ConnectionString's user name or password is wrong: the database server refused them.\n")]
    [InlineData("Port", "1", 1, "The store can't be used: Failed to connect to 127.0.0.1:1\n")]
    public async Task A_database_that_can_not_be_had_is_one_sentence(string key, string value, int exitCode, string sentence)
    {
        using (await store.StartSqliteAsync())
        {
        }

        var to = new NpgsqlConnectionStringBuilder(store.Connection) { [key] = value }.ConnectionString;
        var refused = await store.RunAsync("move", "--to", to);

        Assert.Equal((exitCode, sentence, ""), (refused.ExitCode, refused.Error, refused.Out));
    }

    [Theory]
    [InlineData(NoServer)]
    [InlineData(NoServer, "--to", "jobs.db")]
    [InlineData("--to and --give-up exclude each other.\n", "--to", "Host=127.0.0.1", "--give-up")]
    [InlineData("--dry-run and --give-up exclude each other.\n", "--dry-run", "--give-up")]
    [InlineData(
        "Store is postgres; what is moved is a SQLite store: say --Store=sqlite and where it is.\n",
        "--to", "Host=127.0.0.1", "--Store=postgres", "--ConnectionString=Host=127.0.0.1")]
    public async Task Wrong_usage_is_one_sentence(string sentence, params string[] arguments)
    {
        var refused = await store.RunAsync(["move", .. arguments]);

        Assert.Equal((2, sentence, ""), (refused.ExitCode, refused.Error, refused.Out));
    }
}
