using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace CloudController.Jobs.Cli.Handlers;

/// <summary>A started command: fed, listened to, and never left behind.</summary>
internal sealed class CommandProcess : IDisposable
{
    /// <summary>In the environment of the program and of all that it starts; together unlike any other run's.</summary>
    public const string GuidVariable = "CCJOBS_JOB_GUID", AttemptVariable = "CCJOBS_JOB_ATTEMPT", RunVariable = "CCJOBS_JOB_RUN";

    // ENOENT, and ERROR_FILE_NOT_FOUND on Windows.
    private const int FileNotFound = 2;

    // For what is still in the pipes after the end, and for a killed process to be gone.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    // What a program needs to find its files and its language, and nothing that could hold a secret of ours.
    private static readonly string[] Inherited =
    [
        "PATH", "HOME", "USER", "LOGNAME", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR",
        "SystemRoot", "SystemDrive", "PATHEXT", "TEMP", "TMP", "USERPROFILE",
    ];

    private readonly Process process;
    private readonly JobContext job;
    private readonly TimeProvider time;

    private CommandProcess(Process process, JobContext job, TimeProvider time) => (this.process, this.job, this.time) = (process, job, time);

    /// <summary>Starts a program.</summary>
    /// <exception cref="Win32Exception">It is not there, or must not be executed.</exception>
    public static CommandProcess Start(CommandOptions command, JobContext job, TimeProvider time)
    {
        var start = new ProcessStartInfo(PathOf(command.Program), command.Arguments)
        {
            UseShellExecute = false,
            CreateNoWindow = true,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var inherited = Inherited.Where(start.Environment.ContainsKey).ToDictionary(name => name, name => start.Environment[name]);
        start.Environment.Clear();
        foreach (var (name, value) in inherited)
            start.Environment[name] = value;

        start.Environment[GuidVariable] = job.Guid.ToString();
        start.Environment[AttemptVariable] = job.Attempt.ToString(CultureInfo.InvariantCulture);
        start.Environment[RunVariable] = job.Run.ToString(CultureInfo.InvariantCulture);
        return new CommandProcess(Process.Start(start)!, job, time);
    }

    /// <summary>Runs it to its end, or kills it with all that it started.</summary>
    /// <param name="input">For its standard input.</param>
    /// <param name="stopping">Kills it.</param>
    /// <returns>Its exit code.</returns>
    public async Task<int> RunAsync(byte[] input, CancellationToken stopping)
    {
        using var listening = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        var streams = Task.WhenAll(
            FeedAsync(input, listening.Token),
            ListenAsync(process.StandardOutput.BaseStream, new CommandOutput(job).Take, listening.Token),
            ListenAsync(process.StandardError.BaseStream, job.WriteLog, listening.Token));
        try
        {
            await process.WaitForExitAsync(stopping);
        }
        finally
        {
            // What it left in the background ends with it, or it would hold the pipes and outlive the lease.
            KillAll();
            listening.CancelAfter(Grace);
            await streams;
        }

        return process.ExitCode;
    }

    public void Dispose()
    {
        process.StandardInput.BaseStream.Dispose();
        process.StandardOutput.BaseStream.Dispose();
        process.StandardError.BaseStream.Dispose();
        process.Dispose();
    }

    // The system's own search would look in the working directory first, where a stranger might have left a program of that name.
    private static string PathOf(string program) => Path.IsPathFullyQualified(program)
        ? program
        : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Where(Path.IsPathFullyQualified)
            .Select(directory => Path.Combine(directory, program))
            .FirstOrDefault(File.Exists) ?? throw new Win32Exception(FileNotFound);

    // A program need not read what it is given: what closing its input means, its exit code says.
    private async Task FeedAsync(byte[] input, CancellationToken cancellationToken)
    {
        try
        {
            await process.StandardInput.BaseStream.WriteAsync(input, cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            return;
        }

        process.StandardInput.Close();
    }

    private static async Task ListenAsync(Stream stream, Action<string> take, CancellationToken cancellationToken)
    {
        try
        {
            await BoundedLines.ReadAsync(stream, take, cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            // Someone else still holds the other end, after the program itself has ended: nothing of the job comes any more.
        }
    }

    private void KillAll()
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (Exception exception) when (exception is Win32Exception or InvalidOperationException or AggregateException)
        {
            job.WriteLog("Not every process of the command could be stopped.");
        }

        if (OperatingSystem.IsLinux())
            LeftoverProcesses.Kill($"{GuidVariable}={job.Guid}", $"{RunVariable}={job.Run.ToString(CultureInfo.InvariantCulture)}");
    }
}
