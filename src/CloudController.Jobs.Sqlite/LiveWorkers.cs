using System.Collections.Concurrent;
using CloudController.Jobs.Storage;

namespace CloudController.Jobs.Sqlite;

/// <summary>The workers that gave a sign of life to this process.</summary>
internal sealed class LiveWorkers(TimeProvider time)
{
    private const int Most = 10_000;

    private readonly ConcurrentDictionary<(string Name, JobOwner? Holder), Seen> seen = new();

    public void Saw(WorkerSeen worker)
    {
        if (seen.Count >= Most)
        {
            Forget();
        }

        var now = time.GetUtcNow();
        var key = (worker.Name, worker.Holder);
        var serves = worker.Serves ?? (seen.TryGetValue(key, out var before) ? before.Serves : new WorkerServes([], [], Version: null));
        if (seen.Count < Most || seen.ContainsKey(key))
        {
            seen[key] = new Seen(serves, now, now + worker.LiveFor);
        }
    }

    /// <param name="running">How many jobs each worker runs.</param>
    public IReadOnlyList<WorkerStatus> List(IReadOnlyDictionary<(string Name, JobOwner? Holder), int> running)
    {
        Forget();
        return [.. seen
            .Select(worker => Status(worker.Key, worker.Value, running.GetValueOrDefault(worker.Key)))
            .OrderBy(worker => worker.Holder is not null).ThenBy(worker => worker.Name, StringComparer.Ordinal)];
    }

    private static WorkerStatus Status((string Name, JobOwner? Holder) key, Seen worker, int running) =>
        new(key.Name, key.Holder, worker.Serves, running, worker.At);

    private void Forget()
    {
        var now = time.GetUtcNow();
        foreach (var worker in seen)
        {
            if (worker.Value.LiveUntil <= now)
            {
                seen.TryRemove(worker);
            }
        }
    }

    private sealed record Seen(WorkerServes Serves, DateTimeOffset At, DateTimeOffset LiveUntil);
}
