using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using CloudController.Jobs.Cli.Tests.Server;
using CloudController.Jobs.PostgreSql.Tests;
using Npgsql;

namespace CloudController.Jobs.Cli.Tests.Moving;

/// <summary>A SQLite store in a directory of its own and an empty PostgreSQL database, with servers on either whose answers can be compared.</summary>
public sealed class MovedStore : IAsyncLifetime
{
    private const string Token = "of-the-operator";

    /// <summary>Of someone who sees his own jobs only.</summary>
    internal const string UserToken = "of-a-user";

    private readonly TemporaryDirectory directory = new();
    private PostgreSqlServer? database;

    internal string Connection => database!.ConnectionString;

    internal string Database => Path.Combine(directory.Path, "data", "jobs.db");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => database = await PostgreSqlServer.StartAsync(Path.GetTempPath(), durable: false);

    public async ValueTask DisposeAsync()
    {
        await database!.DisposeAsync();
        directory.Dispose();
    }

    internal Task<ServerProcess> StartSqliteAsync(params string[] settings) => StartAsync(settings);

    internal Task<ServerProcess> StartPostgreSqlAsync(params string[] settings) =>
        StartAsync(["--Store=postgres", $"--ConnectionString={Connection}", .. settings]);

    internal Task<Ended> MoveAsync(params string[] more) => RunAsync(["move", "--to", Connection, .. more]);

    internal Ccjobs StartMove() => Ccjobs.Start(new Setting(directory.Path), "move", "--to", Connection);

    internal Task<Ended> RunAsync(params string[] arguments) => Ccjobs.RunAsync(new Setting(directory.Path), arguments);

    internal async Task<T> QueryAsync<T>(string sql)
    {
        await using var connection = new NpgsqlConnection($"{Connection};Pooling=false");
        await connection.OpenAsync(Cancellation);
        await using var query = new NpgsqlCommand(sql, connection);
        return (T)(await query.ExecuteScalarAsync(Cancellation))!;
    }

    internal static Task<JsonElement> PostAsync(ServerProcess server, string path, string body, string? key = null) =>
        SendAsync(server, HttpMethod.Post, path, body, key);

    internal static Task<JsonElement> PatchAsync(ServerProcess server, string path, string body) =>
        SendAsync(server, HttpMethod.Patch, path, body, key: null);

    private static async Task<JsonElement> SendAsync(ServerProcess server, HttpMethod method, string path, string body, string? key)
    {
        using var response = await server.SendAsync(() =>
        {
            var request = new HttpRequestMessage(method, path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
            if (key is not null)
                request.Headers.Add("Idempotency-Key", key);
            return request;
        });
        var answer = await response.Content.ReadAsStringAsync(Cancellation);
        Assert.True(response.IsSuccessStatusCode, answer);
        return JsonDocument.Parse(answer).RootElement;
    }

    // Links are the same wherever the server listens, and nothing but what the test asks for changes a job.
    private async Task<ServerProcess> StartAsync(string[] settings)
    {
        var server = await ServerProcess.StartAsync(
            directory,
            [
                "--ExternalUrl=https://jobs.example.org", "--RateLimit:Enabled=false", $"--Auth:Tokens:0:Token={Token}", "--Auth:Tokens:0:Name=ops",
                "--Auth:Tokens:0:Scopes:0=cloud_controller.admin", "--Auth:Tokens:0:Scopes:1=ccjobs.worker", $"--Auth:Tokens:1:Token={UserToken}",
                "--Auth:Tokens:1:Name=user", "--Auth:Tokens:1:Scopes:0=cloud_controller.read", "--Auth:Tokens:1:Scopes:1=cloud_controller.write",
                "--Worker:LeaseSeconds=3600", .. settings,
            ]);
        server.Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("bearer", Token);
        return server;
    }
}
