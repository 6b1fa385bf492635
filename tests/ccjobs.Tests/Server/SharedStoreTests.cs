using System.Net;
using System.Net.Http.Headers;
using CloudController.Jobs.PostgreSql.Tests;
using Npgsql;

namespace CloudController.Jobs.Cli.Tests.Server;

/// <summary>Servers on a PostgreSQL database (contract §2 and §9).</summary>
public sealed class SharedStoreTests : IAsyncLifetime
{
    private readonly TemporaryDirectory directory = new();
    private PostgreSqlServer? database;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string[] Settings =>
    [
        "--Store=postgres", $"--ConnectionString={database!.ConnectionString}", "--Auth:Tokens:0:Token=of-the-operator", "--Auth:Tokens:0:Name=ops",
        "--Auth:Tokens:0:Scopes:0=cloud_controller.admin",
    ];

    public async ValueTask InitializeAsync() => database = await PostgreSqlServer.StartAsync(Path.GetTempPath(), durable: false);

    public async ValueTask DisposeAsync()
    {
        await database!.DisposeAsync();
        directory.Dispose();
    }

    [Fact]
    public async Task What_one_server_is_given_another_runs_and_both_tell_of_it()
    {
        using var first = await StartAsync([.. Settings, "--Worker:Enabled=false"]);
        using var second = await StartAsync(Settings);

        var guid = await first.SubmitAsync("""{"operation":"sleep","arguments":{"seconds":1}}""");
        var there = second.WaitForAsync(guid, "finished");
        var here = first.WaitForAsync(guid, "finished");

        Assert.Equal("COMPLETE", (await there).GetProperty("state").GetString());
        Assert.Equal("COMPLETE", (await here).GetProperty("state").GetString());
        Assert.Equal(HttpStatusCode.OK, (await first.Http.GetAsync("/readyz", Cancellation)).StatusCode);
        Assert.Contains("Store:        PostgreSQL, 127.0.0.1", first.Banner);
        Assert.False(Directory.Exists(Path.Combine(directory.Path, "data")));
    }

    [Fact]
    public async Task What_a_killed_server_ran_another_runs_again()
    {
        await using var runs = await HeldRuns.StartAsync();
        using var killed = await StartAsync([.. Settings, .. HeldRuns.Settings, "--Worker:LeaseSeconds=5"]);
        var guid = await killed.SubmitAsync(runs.Job);
        await runs.BeginAsync();

        await killed.SignalAsync("KILL");
        using var other = await StartAsync([.. Settings, .. HeldRuns.Settings]);
        await runs.BeginAsync();
        runs.End();

        Assert.Equal(2, (await other.WaitForAsync(guid, "finished")).GetProperty("run").GetInt32());
    }

    [Fact]
    public async Task Without_tokens_it_does_not_start_and_says_how_to_give_some()
    {
        var ended = await RunAsync("--Store=postgres", $"--ConnectionString={database!.ConnectionString}");

        Assert.Equal(2, ended.ExitCode);
        Assert.Equal(
            "Store is postgres, for which no token is generated; set Auth:Tokens:0:Token, Auth:Tokens:0:Name and Auth:Tokens:0:Scopes:0, or "
                + "Auth:Authority or Auth:SigningKeyFile.\n",
            ended.Error);
    }

    [Theory]
    [InlineData("Password", "wrong", "ConnectionString's user name or password is wrong: the database server refused them.\n")]
    [InlineData("Database", "none", "ConnectionString names a database that the server does not have.\n")]
    public async Task What_the_database_refuses_stops_the_start_with_one_line(string key, string value, string line)
    {
        var wrong = new NpgsqlConnectionStringBuilder(database!.ConnectionString) { [key] = value };

        var ended = await RunAsync([.. Settings, $"--ConnectionString={wrong.ConnectionString}"]);

        Assert.Equal((2, line, ""), (ended.ExitCode, ended.Error, ended.Out));
    }

    [Fact]
    public async Task A_schema_newer_than_the_program_stops_the_start_with_one_line()
    {
        var applied = await Ccjobs.RunAsync(new Setting(directory.Path), ["migrate", .. Settings]);
        Assert.Equal("Applied 0001_jobs.", applied.Lines[0]);
        await using (var source = NpgsqlDataSource.Create(database!.ConnectionString))
        await using (var newer = source.CreateCommand("INSERT INTO ccjobs.migrations (version, name) VALUES (99, 'later')"))
            await newer.ExecuteNonQueryAsync(Cancellation);

        var ended = await RunAsync(Settings);

        Assert.Equal(
            (1, $"The store's schema is version 99; this program knows versions up to {applied.Lines.Length}.\n"), (ended.ExitCode, ended.Error));
    }

    [Fact]
    public async Task A_database_out_of_reach_is_waited_for()
    {
        var unreachable = new NpgsqlConnectionStringBuilder(database!.ConnectionString) { Port = 1 };
        using var server = await StartAsync([.. Settings, $"--ConnectionString={unreachable.ConnectionString}"]);

        Assert.Equal(HttpStatusCode.OK, (await server.Http.GetAsync("/healthz", Cancellation)).StatusCode);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await server.Http.GetAsync("/readyz", Cancellation)).StatusCode);
        using var answer = await server.Http.GetAsync("/v2/jobs/5a0bd0a3-0f2e-4b52-9d3a-0f3dbdf8b1b7", Cancellation);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.NotNull(answer.Headers.RetryAfter);
    }

    [Fact]
    public async Task A_database_that_was_waited_for_and_then_refuses_stops_the_server_with_one_line()
    {
        await database!.StopAsync();
        var wrong = new NpgsqlConnectionStringBuilder(database.ConnectionString) { Password = "wrong" };
        using var server = await StartAsync([.. Settings, $"--ConnectionString={wrong.ConnectionString}"]);

        await database.StartAgainAsync();
        var ended = await server.EndAsync();

        Assert.Equal((2, "ConnectionString's user name or password is wrong: the database server refused them.\n"), (ended.ExitCode, ended.Error));
        Assert.DoesNotContain("StoreRefusedException", ended.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_measurement_leaves_nothing_in_the_database()
    {
        var ended = await Ccjobs.RunAsync(new Setting(directory.Path), ["bench", "--jobs", "500", .. Settings]);

        Assert.Equal((0, ""), (ended.ExitCode, ended.Error));
        Assert.StartsWith("PostgreSQL; 500 jobs", ended.Out, StringComparison.Ordinal);
        await using var source = NpgsqlDataSource.Create(database!.ConnectionString);
        await using var left = source.CreateCommand("SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'ccjobs%'");
        Assert.Equal(0L, await left.ExecuteScalarAsync(Cancellation));
    }

    private async Task<ServerProcess> StartAsync(string[] settings)
    {
        var server = await ServerProcess.StartAsync(directory, settings);
        server.Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("bearer", "of-the-operator");
        return server;
    }

    private Task<Ended> RunAsync(params string[] settings) =>
        Ccjobs.RunAsync(new Setting(directory.Path), ["server", "--urls=http://127.0.0.1:0", .. settings]);
}
