namespace CloudController.Jobs.AspNetCore.Tests.Hosting;

/// <summary>A host for the tests of a class that leave nothing behind.</summary>
public sealed class SharedHost : IAsyncLifetime
{
    private JobsHost? host;

    internal JobsHost Host => host ?? throw new InvalidOperationException("The host is not started yet.");

    public async ValueTask InitializeAsync() => host = await JobsHost.StartAsync();

    public ValueTask DisposeAsync() => host?.DisposeAsync() ?? ValueTask.CompletedTask;
}
