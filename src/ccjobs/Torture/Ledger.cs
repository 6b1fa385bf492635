using System.Collections.Concurrent;

namespace CloudController.Jobs.Cli.Torture;

/// <summary>What was accepted, seen and done, kept outside of the system; at the end it must balance (<see cref="Audit"/>).</summary>
/// <param name="directory">Where the runs write down what they do, a file for each process.</param>
internal sealed class Ledger(string directory) : IDisposable
{
    private readonly ConcurrentDictionary<string, Kind> accepted = new();
    private readonly ConcurrentDictionary<string, Standing> ended = new();
    private readonly ConcurrentDictionary<string, int> confirmed = new();
    private readonly ConcurrentDictionary<Violation, bool> violations = new();
    private readonly SemaphoreSlim more = new(0);
    private int files;
    private int sentAgain;
    private int refused;

    /// <summary>Where the effects are.</summary>
    public string Directory => directory;

    /// <summary>The jobs answered 202, and what each should come to.</summary>
    public IReadOnlyDictionary<string, Kind> Accepted => accepted;

    /// <summary>How many submits were not accepted, and sent again.</summary>
    public int SentAgain => sentAgain;

    /// <summary>How many results that were sent over HTTP after their lease's end were refused.</summary>
    public int Refused => refused;

    public IReadOnlyList<Violation> Violations => [.. violations.Keys];

    /// <summary>A file for the effects of one process.</summary>
    public string NewFile() => Path.Combine(directory, $"{Interlocked.Increment(ref files)}");

    /// <summary>A job was answered 202.</summary>
    public void Accept(string guid, Kind kind)
    {
        if (!accepted.TryAdd(guid, kind))
            Violate(Promise.AsSaid, guid, "two keys got the same job");

        more.Release();
    }

    /// <summary>Waits until so many more have been accepted.</summary>
    public async Task MoreAsync(int jobs, CancellationToken cancellationToken)
    {
        while (more.Wait(0, cancellationToken))
        {
            // Those of before.
        }

        for (var job = 0; job < jobs; job++)
            await more.WaitAsync(cancellationToken);
    }

    /// <summary>A submit was not answered 202, and is sent again.</summary>
    public void SendAgain() => Interlocked.Increment(ref sentAgain);

    /// <summary>A result over HTTP came too late, and was refused.</summary>
    public void Refuse() => Interlocked.Increment(ref refused);

    /// <summary>A result over HTTP was accepted, for good.</summary>
    public void Confirm(string guid, int run)
    {
        if (confirmed.GetOrAdd(guid, run) is var first && first != run)
            Violate(Promise.EndedOnce, guid, $"the results of its runs {first} and {run} were both accepted");
    }

    /// <summary>A job was seen to have ended; it must stay so.</summary>
    public void See(string guid, Standing standing)
    {
        if (ended.GetOrAdd(guid, standing) is var first && first != standing)
            Violate(Promise.EndedOnce, guid, $"it had ended, {first}, and is now {standing}");
    }

    /// <summary>Whether a job has been seen to have ended.</summary>
    public bool HasEnded(string guid) => ended.ContainsKey(guid);

    /// <summary>A promise was broken.</summary>
    public void Violate(Promise promise, string? guid, string sentence) => violations.TryAdd(new Violation(promise, guid, sentence), true);

    public void Dispose() => more.Dispose();
}
