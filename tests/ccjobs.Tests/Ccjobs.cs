using System.Diagnostics;
using System.Text;

namespace CloudController.Jobs.Cli.Tests;

/// <summary>What a process of the executable ended with.</summary>
internal sealed record Ended(int ExitCode, string Out, string Error)
{
    public string[] Lines => Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}

/// <summary>The executable as a process of its own, in a directory of its own, with none of the caller's settings.</summary>
internal sealed class Ccjobs : IDisposable
{
    private readonly Process process;
    private readonly Task<string> error;
    private readonly StringBuilder read = new();

    private Ccjobs(Process process)
    {
        this.process = process;
        error = process.StandardError.ReadToEndAsync();
    }

    public int Id => process.Id;

    public static Task<Ended> RunAsync(params string[] arguments) => RunAsync(new Setting(), arguments);

    public static async Task<Ended> RunAsync(Setting setting, params string[] arguments)
    {
        using var started = Start(setting, arguments);
        return await started.EndAsync();
    }

    public static Ccjobs Start(Setting setting, params string[] arguments)
    {
        // A shell makes what it runs in the background ignore interrupts, and that is handed down.
        var start = new ProcessStartInfo("env", ["--default-signal=INT", "dotnet"])
        {
            WorkingDirectory = setting.Directory ?? Path.GetTempPath(),
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(false),
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "ccjobs.dll"));
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("CCJOBS_", StringComparison.Ordinal)).ToArray())
            start.Environment.Remove(name);
        foreach (var (name, value) in setting.Environment ?? [])
            start.Environment[name] = value;

        var process = Process.Start(start)!;
        process.StandardInput.Write(setting.Input);
        process.StandardInput.Close();
        return new Ccjobs(process);
    }

    /// <summary>Waits for the next line on standard output.</summary>
    public async Task<string?> ReadLineAsync()
    {
        var line = await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
        read.Append(line).Append('\n');
        return line;
    }

    /// <summary>Whether a line is one of a node's log: it begins with an instant.</summary>
    public static bool IsOfLog(string line) => line is [>= '0' and <= '9', ..];

    public async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{process.Id}"]);
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    public async Task<Ended> EndAsync()
    {
        read.Append(await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken));
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return new Ended(process.ExitCode, read.ToString(), await error);
    }

    public void Dispose()
    {
        // Until it is gone it may still make files where it ran.
        if (!process.HasExited)
            process.Kill();
        process.WaitForExit();
        process.Dispose();
    }
}

/// <summary>Where a process runs, what it finds in its environment and on standard input.</summary>
internal sealed record Setting(string? Directory = null, Dictionary<string, string>? Environment = null, string Input = "");
