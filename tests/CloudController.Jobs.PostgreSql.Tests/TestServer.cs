[assembly: AssemblyFixture(typeof(CloudController.Jobs.PostgreSql.Tests.TestServer))]

namespace CloudController.Jobs.PostgreSql.Tests;

/// <summary>The server that these tests share.</summary>
public sealed class TestServer : IAsyncLifetime
{
    private PostgreSqlServer? server;

    public PostgreSqlServer Server => server ?? throw new InvalidOperationException("Not started.");

    public async ValueTask InitializeAsync() => server = await PostgreSqlServer.StartAsync(Path.GetTempPath(), durable: false);

    /// <summary>A schema that no other test uses, on a machine that may stand still for a while.</summary>
    public PostgreSqlStoreOptions NewOptions(int patience = 10) =>
        new() { ConnectionString = Server.ConnectionString, Schema = Server.NewSchema(), Patience = patience };

    public ValueTask DisposeAsync() => server?.DisposeAsync() ?? ValueTask.CompletedTask;
}
