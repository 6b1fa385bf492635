using CloudController.Jobs.Diagnostics;
using Microsoft.Extensions.Logging;

namespace CloudController.Jobs.Maintenance;

/// <summary>Runs one maintenance pass after another, whatever the last one came to.</summary>
internal static class Periodic
{
    /// <summary>Longest a pass may take: one that hangs must not stop maintenance for good.</summary>
    private static readonly TimeSpan PassTimeout = TimeSpan.FromSeconds(30);

    public static async Task RunAsync(string name, TimeSpan interval, Func<CancellationToken, Task> pass, TimeProvider time, ILogger logger, CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(interval, time);
        while (await NextAsync(timer, stopping))
        {
            await PassAsync(name, pass, time, logger, stopping);
        }
    }

    public static async Task PassAsync(string name, Func<CancellationToken, Task> pass, TimeProvider time, ILogger logger, CancellationToken stopping)
    {
        using var limit = new CancellationTokenSource(PassTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stopping);
        try
        {
            await pass(either.Token);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
        }
        catch (Exception exception)
        {
            // The border round one pass: the next one tries again.
            logger.MaintenanceFailed(name, exception);
        }
    }

    private static async ValueTask<bool> NextAsync(PeriodicTimer timer, CancellationToken stopping)
    {
        try
        {
            return await timer.WaitForNextTickAsync(stopping);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
