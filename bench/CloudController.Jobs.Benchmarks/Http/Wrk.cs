using System.ComponentModel;
using System.Diagnostics;
using CloudController.Jobs.Benchmarks.Measuring;

namespace CloudController.Jobs.Benchmarks.Http;

/// <summary>Loads a server with wrk: 64 connections kept alive.</summary>
internal static class Wrk
{
    private const string Connections = "64";
    private const string Threads = "2";

    /// <summary>Whether wrk is there; says what is missing if not.</summary>
    public static bool IsThere(TextWriter errors)
    {
        try
        {
            var start = new ProcessStartInfo("wrk", "--version") { RedirectStandardOutput = true, RedirectStandardError = true };
            using var process = Process.Start(start)!;
            process.WaitForExit();
            return true;
        }
        catch (Win32Exception)
        {
            errors.WriteLine("wrk is missing, which makes the load over HTTP: install the package wrk (Debian: apt-get install wrk).");
            return false;
        }
    }

    /// <summary>Runs one load.</summary>
    /// <param name="script">A script beside this program that prints a line of results.</param>
    /// <param name="server">Where the server listens.</param>
    /// <param name="process">The server, whose processor time is measured.</param>
    /// <param name="seconds">How long.</param>
    /// <param name="arguments">For the script.</param>
    public static async Task<LoadResult> RunAsync(string script, Uri server, ChildProcess process, int seconds, params IEnumerable<string> arguments)
    {
        string[] options =
        [
            "--threads", Threads, "--connections", Connections, "--duration", $"{seconds}s", "--timeout", "10s",
            "--script", Path.Combine(AppContext.BaseDirectory, "Http", script), server.AbsoluteUri, "--",
        ];
        var before = process.ProcessorTime;
        using var wrk = Process.Start(new ProcessStartInfo("wrk", [.. options, .. arguments]) { RedirectStandardOutput = true })!;
        var output = await wrk.StandardOutput.ReadToEndAsync();
        await wrk.WaitForExitAsync();
        var line = output.Split('\n').FirstOrDefault(line => line.StartsWith("result ", StringComparison.Ordinal))
            ?? throw new InvalidOperationException($"wrk gave no result: {output}");
        return LoadResult.Parse(line, process.ProcessorTime - before);
    }
}
