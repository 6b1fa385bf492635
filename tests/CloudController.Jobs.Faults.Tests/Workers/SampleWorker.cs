using System.Diagnostics;
using CloudController.Jobs.Cli.Torture;

namespace CloudController.Jobs.Faults.Tests.Workers;

/// <summary>A worker of the samples, as a process of its own that can be killed and started again. It goes with the test.</summary>
/// <param name="trial">Whose nodes it works for.</param>
/// <param name="address">Where they are reached.</param>
/// <param name="program">What runs it.</param>
/// <param name="script">The sample, with a handler that keeps its part of the ledger.</param>
internal sealed class SampleWorker(Trial trial, Uri address, string program, string script) : IDisposable
{
    public const string Python = "torture.python";
    public const string Node = "torture.node";

    private static readonly string Scripts = Path.Combine(AppContext.BaseDirectory, "Workers");

    private Process? process;
    private Task said = Task.CompletedTask;
    private volatile bool isKilled;

    /// <summary>Where it writes down what it does, since it started last.</summary>
    public string EffectsFile { get; private set; } = "";

    public static SampleWorker InPython(Trial trial, Uri address) => new(trial, address, "python3", "effects.py");

    public static SampleWorker InNode(Trial trial, Uri address) => new(trial, address, "node", "effects.mjs");

    public void Start()
    {
        EffectsFile = trial.Ledger.NewFile();
        var start = new ProcessStartInfo(program, [Path.Combine(Scripts, script), EffectsFile])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["CCJOBS_URL"] = address.ToString().TrimEnd('/');
        start.Environment["CCJOBS_TOKEN"] = trial.Cluster.Http.DefaultRequestHeaders.Authorization!.Parameter;
        start.Environment["PYTHONDONTWRITEBYTECODE"] = "1";
        process?.Dispose();
        process = Process.Start(start)!;
        isKilled = false;
        said = HearAsync(process.StandardOutput, process.StandardError);
    }

    /// <summary>Kills it, and waits until it is gone.</summary>
    public async Task KillAsync()
    {
        isKilled = true;
        process!.Kill();
        await process.WaitForExitAsync();
        await said;
    }

    public void Dispose()
    {
        if (process is null)
            return;

        isKilled = true;
        process.Kill();
        process.WaitForExit();
        process.Dispose();
    }

    // "torture.python GUID run 2: complete", once that was answered.
    private async Task HearAsync(StreamReader output, StreamReader errors)
    {
        var complaint = errors.ReadToEndAsync();
        while (await output.ReadLineAsync() is { } line)
        {
            if (line.Split(' ', ':') is not [_, var guid, "run", var run, "", .. var outcome])
                trial.Ledger.Violate(Promise.AsSaid, null, $"a worker said: {line}");
            else if (outcome is ["complete"])
                trial.Ledger.Confirm(guid, int.Parse(run));
            else if (outcome is ["lease", "lost"])
                trial.Ledger.Refuse();
            else if (outcome is not ["fail"])
                trial.Ledger.Violate(Promise.AsSaid, guid, $"a worker said: {line}");
        }

        if (!isKilled)
            trial.Ledger.Violate(Promise.AsSaid, null, $"a worker ended: {await complaint}");
    }
}
