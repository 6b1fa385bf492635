using System.Net;
using System.Net.Sockets;
using Microsoft.Data.Sqlite;

namespace CloudController.Jobs.Cli.Tests.Server;

/// <summary>What a start comes to: a server that says where it is, or one line that says why not.</summary>
public sealed class StartTests : IDisposable
{
    private readonly TemporaryDirectory directory = new();

    private string Database => Path.Combine(directory.Path, "data", "jobs.db");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task On_an_empty_machine_it_says_all_that_a_newcomer_needs()
    {
        using var server = await ServerProcess.StartAsync(directory);

        var address = server.Http.BaseAddress!.ToString().TrimEnd('/');
        Assert.Equal(
            [
                $"Listening:    {address}",
                "Store:        SQLite, ./data/jobs.db",
                "Admin token:  ./data/admin-token",
                $"Dashboard:    {address}/dashboard",
                "First job:    curl -H \"Authorization: bearer $(cat ./data/admin-token)\" -H \"Content-Type: application/json\""
                    + $$$""" -d '{"operation":"sleep","arguments":{"seconds":10}}' {{{address}}}/v3/jobs""",
            ],
            server.Banner);

        var guid = await server.SubmitAsync("""{"operation":"noop"}""");
        var job = await server.WaitForAsync(guid, "finished");
        Assert.Equal("COMPLETE", job.GetProperty("state").GetString());
        Assert.Equal(HttpStatusCode.OK, (await server.Http.GetAsync("/readyz", Cancellation)).StatusCode);
        Assert.False((await server.Http.GetAsync("/", Cancellation)).Headers.Contains("Server"));
    }

    [Fact]
    public async Task With_tokens_of_the_operator_none_is_generated()
    {
        using var server = await ServerProcess.StartAsync(
            directory, "--Auth:Tokens:0:Token=of-the-operator", "--Auth:Tokens:0:Name=ops", "--Auth:Tokens:0:Scopes:0=cloud_controller.admin");

        Assert.False(File.Exists(Path.Combine(directory.Path, "data", "admin-token")));
        Assert.Contains("Tokens:       those of section Auth", server.Banner);
        server.Http.DefaultRequestHeaders.Authorization = new("bearer", "of-the-operator");
        await server.SubmitAsync("""{"operation":"noop"}""");
    }

    [Fact]
    public async Task A_second_server_on_the_same_data_is_refused_and_the_first_goes_on()
    {
        using var first = await ServerProcess.StartAsync(directory);

        var second = await Ccjobs.RunAsync(new Setting(directory.Path), "server", "--urls=http://127.0.0.1:0");

        Assert.Equal((1, $"The store {Database} belongs to another process.\n", ""), (second.ExitCode, second.Error, second.Out));
        await first.SubmitAsync("""{"operation":"noop"}""");
    }

    [Fact]
    public async Task An_address_in_use_is_named()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var address = $"http://{listener.LocalEndpoint}";

        var ended = await Ccjobs.RunAsync(new Setting(directory.Path), "server", $"--urls={address}");

        Assert.Equal((1, $"Urls: Failed to bind to address {address}: address already in use.\n"), (ended.ExitCode, ended.Error));
    }

    [Fact]
    public async Task A_schema_newer_than_the_program_is_refused()
    {
        await Ccjobs.RunAsync(new Setting(directory.Path), "migrate");
        using (var connection = new SqliteConnection($"Data Source={Database};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA user_version = 999";
            command.ExecuteNonQuery();
        }

        foreach (string[] arguments in new[] { new[] { "server", "--urls=http://127.0.0.1:0" }, ["migrate"], ["migrate", "--dry-run"] })
        {
            var ended = await Ccjobs.RunAsync(new Setting(directory.Path), arguments);

            Assert.Equal(1, ended.ExitCode);
            Assert.StartsWith("The store's schema is version 999; this program knows versions up to ", ended.Error, StringComparison.Ordinal);
            Assert.Single(ended.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        }
    }

    [Fact]
    public async Task A_damaged_database_is_one_line()
    {
        directory.Write("data/jobs.db", new string('x', 8_192));

        var ended = await Ccjobs.RunAsync(new Setting(directory.Path), "server", "--urls=http://127.0.0.1:0");

        Assert.Equal(1, ended.ExitCode);
        Assert.StartsWith("The store can't be used: ", ended.Error, StringComparison.Ordinal);
        Assert.Single(ended.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Empty(ended.Out);
    }

    public void Dispose() => directory.Dispose();
}
