using System.Diagnostics;
using CloudController.Jobs.Cli.Tests.Server;

namespace CloudController.Jobs.Cli.Tests.Workers;

/// <summary>A sample worker as a process of its own; it goes with the test.</summary>
internal sealed class WorkerProcess : IDisposable
{
    private readonly Process process;

    private WorkerProcess(Process process) => this.process = process;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Starts one that works for a server.</summary>
    /// <param name="language"><c>python</c> or <c>node</c>.</param>
    /// <param name="server">The server; the worker has the same token as the test.</param>
    public static WorkerProcess Start(string language, ServerProcess server)
    {
        var samples = Path.Combine(AppContext.BaseDirectory, "samples");
        var start = language == "python"
            ? new ProcessStartInfo("python3", [Path.Combine(samples, "python", "worker.py")])
            : new ProcessStartInfo("node", [Path.Combine(samples, "node", "worker.mjs")]);
        start.RedirectStandardOutput = true;
        start.Environment["CCJOBS_URL"] = server.Http.BaseAddress!.ToString().TrimEnd('/');
        start.Environment["CCJOBS_TOKEN"] = server.Http.DefaultRequestHeaders.Authorization!.Parameter;
        return new WorkerProcess(Process.Start(start)!);
    }

    /// <summary>Waits for the next line that it prints.</summary>
    public async Task<string?> ReadLineAsync() => await process.StandardOutput.ReadLineAsync(Cancellation);

    public async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{process.Id}"]);
        await kill.WaitForExitAsync(Cancellation);
    }

    /// <summary>Waits for its end.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> EndAsync()
    {
        await process.WaitForExitAsync(Cancellation);
        return process.ExitCode;
    }

    public void Dispose()
    {
        if (!process.HasExited)
            process.Kill();
        process.WaitForExit();
        process.Dispose();
    }
}
