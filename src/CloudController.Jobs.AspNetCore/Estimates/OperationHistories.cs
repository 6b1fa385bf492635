using System.Collections.Concurrent;
using CloudController.Jobs.Storage;

namespace CloudController.Jobs.AspNetCore.Estimates;

/// <summary>The histories of operations as this node knows them: read from the store at most once in ten seconds for each operation that someone asks
/// about, never for each request.</summary>
internal sealed class OperationHistories(IJobStore store, TimeProvider clock)
{
    private const int MostOperations = 1_000;
    private static readonly TimeSpan GoodFor = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<string, Entry> entries = new(StringComparer.Ordinal);

    /// <summary>Before when a running job hardly ends, as far as is known now, without a wait.</summary>
    public DateTimeOffset? LikelyEnd(JobPhase phase, string? operation, DateTimeOffset? activeSince, DateTimeOffset now) =>
        phase == JobPhase.Running && operation is not null && activeSince is { } since ? Known(operation)?.Estimate(since, now)?.Start : null;

    /// <summary>What is known now, without a wait: <see langword="null"/> at first. What is old, or missing, is read in the background.</summary>
    public DurationHistory? Known(string operation)
    {
        var entry = EntryOf(operation);
        if (IsOld(entry))
            _ = ReadAsync(operation, entry);

        return entry.History;
    }

    /// <summary>A history that is at most ten seconds old; older, or <see langword="null"/>, only while the store is out of reach.</summary>
    public async Task<DurationHistory?> FindAsync(string operation, CancellationToken cancellationToken)
    {
        var entry = EntryOf(operation);
        if (IsOld(entry))
            await ReadAsync(operation, entry).WaitAsync(cancellationToken);

        return entry.History;
    }

    private Entry EntryOf(string operation)
    {
        if (entries.TryGetValue(operation, out var known))
            return known;

        if (entries.Count >= MostOperations)
            entries.Clear();

        return entries.GetOrAdd(operation, static _ => new Entry());
    }

    private bool IsOld(Entry entry) => entry.History is null || clock.GetElapsedTime(Volatile.Read(ref entry.ReadAt)) >= GoodFor;

    // Those who ask meanwhile share one read.
    private Task ReadAsync(string operation, Entry entry)
    {
        lock (entry)
        {
            if (entry.Reading is not { IsCompleted: false })
                entry.Reading = IsOld(entry) ? ReadOnceAsync(operation, entry) : Task.CompletedTask;

            return entry.Reading;
        }
    }

    private async Task ReadOnceAsync(string operation, Entry entry)
    {
        try
        {
            entry.History = new DurationHistory(await store.ListDurationsAsync(operation, DurationHistory.Newest, CancellationToken.None));
        }
        catch (StoreUnavailableException)
        {
            // An estimate is worth no failure: what was known serves until the store is back.
        }

        Volatile.Write(ref entry.ReadAt, clock.GetTimestamp());
    }

    private sealed class Entry
    {
        public volatile DurationHistory? History;
        public long ReadAt;
        public Task? Reading;
    }
}
