using CloudController.Jobs.Storage;
using Npgsql;

namespace CloudController.Jobs.PostgreSql;

/// <summary>Ends of runs as the statements of one round trip. Of two ends of one run the first counts.</summary>
internal sealed class Settlements
{
    private readonly IReadOnlyList<Settlement> ends;
    private readonly List<int> finished = [];
    private readonly List<int> others = [];
    private bool hasWarnings;

    public Settlements(IReadOnlyList<Settlement> ends)
    {
        this.ends = ends;
        var seen = new HashSet<(Guid, LeaseId)>();
        for (var place = 0; place < ends.Count; place++)
        {
            var end = ends[place];
            if (!end.Lease.Names(end.Job) || !seen.Add((end.Job, end.Lease)))
            {
                continue;
            }

            (LeavesNothing(end) ? finished : others).Add(place);
        }
    }

    /// <summary>Whether there are holders' own ends, after which the jobs as they stand are remembered.</summary>
    public bool Remembers => others.Exists(place => IsAction(ends[place]));

    /// <summary>Who holds leases that end.</summary>
    public IEnumerable<JobOwner> Holders => others.Select(place => ends[place].Holder).OfType<JobOwner>().Distinct();

    /// <summary>Which of the ends that were written are holders' own.</summary>
    public Settlement[] Remembered(SettleResult[] results) =>
        [.. others.Where(place => results[place] != SettleResult.LeaseLost && IsAction(ends[place])).Select(place => ends[place])];

    public void AddTo(RoundTrip trip, PostgreSqlQueries queries, IReadOnlyDictionary<JobOwner, long> holders, long? now, long nodeNow)
    {
        // A rescue has nothing to report, and its reports could not be held back if a heartbeat came first.
        var reporting = others.Select(place => ends[place]).Where(end => !end.OnlyIfExpired);
        hasWarnings = Reports.Add(trip, queries, [.. reporting.Select(end => (end.Lease, end.Job, end.Report))], now);
        if (finished.Count > 0)
        {
            BindFence(trip.Add(queries.Finish), finished).Bind("now", now);
        }

        if (others.Count > 0)
        {
            Bind(BindFence(trip.Add(queries.Settle), others), holders).Bind("now", now).Bind("node_now", nodeNow);
        }
    }

    /// <summary>What became of each end, in the order given. Afterwards the reader stands at the results of what was added next.</summary>
    public async Task<SettleResult[]> ReadAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        var results = new SettleResult[ends.Count];
        Array.Fill(results, SettleResult.LeaseLost);
        if (hasWarnings)
        {
            await reader.NextResultAsync(cancellationToken);
        }

        if (finished.Count > 0)
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                results[reader.GetInt32(0)] = SettleResult.Written;
            }

            await reader.NextResultAsync(cancellationToken);
        }

        if (others.Count > 0)
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                results[reader.GetInt32(0)] = reader.GetBoolean(1) ? SettleResult.Cancelled : SettleResult.Written;
            }

            await reader.NextResultAsync(cancellationToken);
        }

        return results;
    }

    /// <summary>What those who follow are to be told.</summary>
    public void Tell(SettleResult[] results, Changes changes)
    {
        for (var place = 0; place < results.Length; place++)
        {
            if (results[place] != SettleResult.LeaseLost)
            {
                var next = results[place] == SettleResult.Cancelled ? ends[place].NextIfCancelled : ends[place].Next;
                changes.Changed(ends[place].Job, next.Phase, next.RunAt);
            }
        }
    }

    /// <summary>How many jobs ended of each queue that limits how many run at once.</summary>
    public Dictionary<string, int> Freed(SettleResult[] results, LimitedQueues limits)
    {
        var freed = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var place = 0; limits.Any && place < results.Length; place++)
        {
            if (results[place] != SettleResult.LeaseLost && ends[place].Queue is { } queue && limits.HaveConcurrency(queue))
            {
                freed[queue] = freed.GetValueOrDefault(queue) + 1;
            }
        }

        return freed;
    }

    private static bool IsAction(Settlement end) => end.Holder is not null && !end.Action.IsEmpty;

    private static bool LeavesNothing(Settlement end) =>
        end is { End: RunEnd.Finished, OnlyIfExpired: false, Exception: null, Holder: null } && end.Result.IsEmpty && end.Report.IsEmpty;

    private StatementParameters BindFence(StatementParameters parameters, List<int> places) => parameters
        .Bind("guids", Of(places, end => end.Job))
        .Bind("runs", Of(places, end => end.Lease.Run))
        .Bind("nonces", Of(places, end => end.Lease.Nonce))
        .Bind("places", places.ToArray());

    private StatementParameters Bind(StatementParameters parameters, IReadOnlyDictionary<JobOwner, long> holders) => parameters
        .Bind("only_if_expireds", Of(others, end => end.OnlyIfExpired))
        .Bind("finisheds", Of(others, end => end.End is RunEnd.Finished))
        .Bind("phases", Of(others, end => (short)end.Next.Phase))
        .Bind("run_ats", Of(others, end => end.Next.RunAt.ToUnixTimeMilliseconds()))
        .Bind("relatives", Of(others, end => end.End is not RunEnd.Failed { RetryAt: not null }))
        .Bind("attempts", Of(others, end => end.Next.Attempt))
        .Bind("attempts_spents", Of(others, end => end.Next.AttemptsSpent))
        .Bind("lost_runs", Of(others, end => end.Next.LostRuns))
        .Bind("polleds", Of(others, end => end.Next.Polled))
        .Bind("errors", Of(others, end => StoredText.Errors(end.Next.Errors)))
        .Bind("results", Of(others, end => StoredText.Bytes(end.Result)))
        .Bind("cancel_phases", Of(others, end => (short)end.NextIfCancelled.Phase))
        .Bind("cancel_errors", Of(others, end => StoredText.Errors(end.NextIfCancelled.Errors)))
        .Bind("has_progress", Of(others, end => end.Report.Progress is not null))
        .Bind("percents", Of(others, end => end.Report.Progress?.Percent ?? 0))
        .Bind("messages", Of(others, end => StoredText.Utf8(end.Report.Progress?.Message)))
        .Bind("outcomes", Of(others, end => end is { End: RunEnd.Finished, Exception: null, Holder: null } ? null : end.End.OutcomeName))
        .Bind("run_errors", Of(others, end => StoredText.Errors(end.End is RunEnd.Failed failed ? failed.Errors : end.Next.Errors)))
        .Bind("exceptions", Of(others, end => RunLog.Beginning(end.Exception)))
        .Bind("holders", Of(others, end => end.Holder is { } holder ? holders[holder] : (long?)null))
        .Bind("actions", Of(others, end => StoredText.Bytes(end.Action)))
        .Bind("failures", Of(others, end => end.Failure));

    private T[] Of<T>(List<int> places, Func<Settlement, T> value) => [.. places.Select(place => value(ends[place]))];
}
