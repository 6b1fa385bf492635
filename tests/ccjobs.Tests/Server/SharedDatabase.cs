using CloudController.Jobs.PostgreSql.Tests;

namespace CloudController.Jobs.Cli.Tests.Server;

/// <summary>A PostgreSQL server for the tests of one class, and how nodes are started on it.</summary>
public sealed class SharedDatabase : IAsyncLifetime
{
    private const string Token = "of-the-operator";

    private PostgreSqlServer? server;

    /// <summary>Of a node without tokens, as a worker is.</summary>
    internal string[] Settings => ["--Store=postgres", $"--ConnectionString={server!.ConnectionString}"];

    public async ValueTask InitializeAsync() => server = await PostgreSqlServer.StartAsync(Path.GetTempPath(), durable: false);

    public ValueTask DisposeAsync() => server?.DisposeAsync() ?? ValueTask.CompletedTask;

    /// <summary>Starts a server that runs no jobs itself.</summary>
    internal async Task<ServerProcess> StartApiAsync(TemporaryDirectory directory, params string[] more)
    {
        string[] settings =
        [
            .. Settings, "--Worker:Enabled=false", $"--Auth:Tokens:0:Token={Token}", "--Auth:Tokens:0:Name=ops",
            "--Auth:Tokens:0:Scopes:0=cloud_controller.admin", .. more,
        ];
        var started = await ServerProcess.StartAsync(directory, settings);
        started.Http.DefaultRequestHeaders.Authorization = new("bearer", Token);
        return started;
    }
}
