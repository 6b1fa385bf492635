using System.Diagnostics;

namespace CloudController.Jobs.Cli.Torture;

/// <summary>A node: a child process, a whole server, that can be killed and started again.</summary>
/// <param name="executable">How it is started.</param>
/// <param name="settings">Of each start, as <c>Key=value</c>, given the file for its effects.</param>
/// <param name="ledger">Has files for its effects.</param>
internal sealed class TortureNode(Executable executable, Func<string, IEnumerable<string>> settings, Ledger ledger) : IDisposable
{
    private const string Listening = "Listening:";
    private const string LastLine = "First job:";
    private const string Refused = "was refused, its lease no longer held";
    private const string Lost = "its lease was lost";
    private const int RememberedLines = 20;

    private readonly Queue<string> last = new();
    private Process? process;
    private Task said = Task.CompletedTask;
    private volatile Uri? address;
    private int endsRefused;
    private int leasesLost;

    /// <summary>Where it listens, or listened last.</summary>
    public Uri Address => address ?? throw new InvalidOperationException("It has not started.");

    /// <summary>Where its runs write down what they do, since it started last.</summary>
    public string EffectsFile { get; private set; } = "";

    /// <summary>Of its process.</summary>
    public int Id => process!.Id;

    /// <summary>Whether it was ever killed or stood still, so that a request may have gone unanswered.</summary>
    public bool WasDown { get; set; }

    /// <summary>How many ends of runs it says were refused.</summary>
    public int EndsRefused => endsRefused;

    /// <summary>How many leases it says it lost before their runs came to an end.</summary>
    public int LeasesLost => leasesLost;

    /// <summary>Starts it and waits until it listens.</summary>
    /// <exception cref="TortureException">It ended instead.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(executable.File, [.. executable.Arguments, TortureHost.Command])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        process?.Dispose();
        process = Process.Start(start)!;
        EffectsFile = ledger.NewFile();
        foreach (var setting in settings(EffectsFile))
            await process.StandardInput.WriteLineAsync(setting);

        await process.StandardInput.WriteLineAsync();
        await process.StandardInput.FlushAsync(cancellationToken);
        var listens = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        said = Task.WhenAll(ReadAsync(process.StandardOutput, listens), ReadAsync(process.StandardError, listens));
        await Task.WhenAny(listens.Task, said).WaitAsync(cancellationToken);
        if (!listens.Task.IsCompleted)
            throw new TortureException($"A node did not start: {Last()}");
    }

    /// <summary>Kills it, and waits until it is gone.</summary>
    public async Task KillAsync()
    {
        WasDown = true;
        process!.Kill();
        await process.WaitForExitAsync();
        await said;
    }

    /// <summary>Lets it drain, and waits until it is gone.</summary>
    /// <exception cref="TortureException">It did not end as it should.</exception>
    public async Task EndAsync(CancellationToken cancellationToken)
    {
        process!.StandardInput.Close();
        await process.WaitForExitAsync(cancellationToken);
        await said;
        if (process.ExitCode != 0)
            throw new TortureException($"A node ended with {process.ExitCode}: {Last()}");
    }

    public void Dispose()
    {
        if (process is null)
            return;

        if (!process.HasExited)
        {
            process.Kill();
            process.WaitForExit();
        }

        process.Dispose();
        process = null;
    }

    private async Task ReadAsync(StreamReader reader, TaskCompletionSource listens)
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            Count(line);
            if (line.StartsWith(Listening, StringComparison.Ordinal))
                address = new Uri(line[Listening.Length..].Trim());
            else if (line.StartsWith(LastLine, StringComparison.Ordinal))
                listens.TrySetResult();
        }
    }

    private void Count(string line)
    {
        if (line.Contains(Refused, StringComparison.Ordinal))
            Interlocked.Increment(ref endsRefused);
        else if (line.Contains(Lost, StringComparison.Ordinal))
            Interlocked.Increment(ref leasesLost);

        lock (last)
        {
            last.Enqueue(line);
            if (last.Count > RememberedLines)
                last.Dequeue();
        }
    }

    private string Last()
    {
        lock (last)
            return string.Join(Environment.NewLine, last);
    }
}
