using System.Runtime.InteropServices;

namespace CloudController.Jobs.Cli.Torture;

/// <summary>A process that runs until its parent closes its standard input, or is gone. An interrupt, which a terminal sends to both, is the parent's
/// to heed.</summary>
internal sealed class ParentLifetime(IHostApplicationLifetime lifetime, TextReader input) : IHostLifetime, IDisposable
{
    private PosixSignalRegistration? interrupts;

    public Task WaitForStartAsync(CancellationToken cancellationToken)
    {
        interrupts = PosixSignalRegistration.Create(PosixSignal.SIGINT, static context => context.Cancel = true);
        new Thread(WaitForParent) { IsBackground = true }.Start();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => interrupts?.Dispose();

    private void WaitForParent()
    {
        input.ReadToEnd();
        lifetime.StopApplication();
    }
}
