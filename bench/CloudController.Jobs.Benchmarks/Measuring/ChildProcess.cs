using System.Diagnostics;

namespace CloudController.Jobs.Benchmarks.Measuring;

/// <summary>A server that is measured: a process of its own, which shares nothing with whoever loads it.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartTime = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopTime = TimeSpan.FromSeconds(40);

    private readonly Process process;

    private ChildProcess(Process process) => this.process = process;

    /// <summary>Resident memory, in MiB.</summary>
    public double ResidentMiB
    {
        get
        {
            process.Refresh();
            return process.WorkingSet64 / 1024.0 / 1024.0;
        }
    }

    public int Threads
    {
        get
        {
            process.Refresh();
            return process.Threads.Count;
        }
    }

    public TimeSpan ProcessorTime
    {
        get
        {
            process.Refresh();
            return process.TotalProcessorTime;
        }
    }

    /// <summary>Starts one of the programs beside this one, and waits until it answers.</summary>
    /// <param name="program">File name, such as <c>ccjobs</c>.</param>
    /// <param name="directory">Where it works.</param>
    /// <param name="ready">What it answers with 200 once it can be used.</param>
    /// <param name="arguments">Its command line.</param>
    public static async Task<ChildProcess> StartAsync(string program, string directory, Uri ready, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, program), arguments)
        {
            WorkingDirectory = directory,
            RedirectStandardOutput = true,
        };
        var child = new ChildProcess(Process.Start(start)!);
        child.process.OutputDataReceived += static (_, _) => { };
        child.process.BeginOutputReadLine();
        try
        {
            await child.WaitUntilReadyAsync(ready);
            return child;
        }
        catch
        {
            await child.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            using var kill = Process.Start("kill", ["-TERM", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
            try
            {
                await process.WaitForExitAsync().WaitAsync(StopTime);
            }
            catch (TimeoutException)
            {
                process.Kill();
            }
        }

        process.Dispose();
    }

    private async Task WaitUntilReadyAsync(Uri ready)
    {
        using var client = new HttpClient();
        var watch = Stopwatch.StartNew();
        while (watch.Elapsed < StartTime && !process.HasExited)
        {
            try
            {
                using var response = await client.GetAsync(ready);
                if (response.IsSuccessStatusCode)
                    return;
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }

            await Task.Delay(50);
        }

        throw new InvalidOperationException($"{process.StartInfo.FileName} did not answer {ready}.");
    }
}
