using System.Runtime.InteropServices;

namespace CloudController.Jobs.Cli.Server;

/// <summary>SIGTERM and SIGINT drain the server; a second one ends the process at once.</summary>
internal sealed class Signals(IHostApplicationLifetime lifetime) : IHostLifetime, IDisposable
{
    /// <summary>Shells add a signal's number to this.</summary>
    private const int EndedBySignal = 128;

    private readonly List<PosixSignalRegistration> registrations = [];
    private int received;

    public Task WaitForStartAsync(CancellationToken cancellationToken)
    {
        Heed(PosixSignal.SIGINT, 2);
        Heed(PosixSignal.SIGTERM, 15);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        foreach (var registration in registrations)
            registration.Dispose();
    }

    private void Heed(PosixSignal signal, int number) => registrations.Add(PosixSignalRegistration.Create(signal, context =>
    {
        context.Cancel = true;
        if (Interlocked.Increment(ref received) > 1)
            Environment.Exit(EndedBySignal + number);

        lifetime.StopApplication();
    }));
}
