namespace CloudController.Jobs.Cli.Torture;

/// <summary>Holds the ledger against what the store says, over HTTP as anyone would.</summary>
internal sealed class Audit(Cluster cluster, TimeProvider time)
{
    private const string Finished = "finished";
    private const string Failed = "failed";
    private const string Missing = "it is not there";

    // A request line has 8 KiB.
    private const int ReadAtOnce = 180;
    private const int SeenAtOnce = 900;
    private const int Readers = 4;

    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(200);

    // Without any job's end: several times what a rescue and the longest job take together.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static readonly string[] Terminal = [Finished, Failed, "cancelled", "expired"];

    private readonly Ledger ledger = cluster.Ledger;

    /// <summary>Looks once a second which jobs have ended, until it is stopped: from then on each must stay as it was seen.</summary>
    public async Task WatchAsync(CancellationToken stop)
    {
        using var second = new PeriodicTimer(LookEvery, time);
        try
        {
            while (await second.WaitForNextTickAsync(stop))
                await SeeAsync([.. Open().Take(SeenAtOnce)], stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Enough seen.
        }
    }

    /// <summary>Waits until each accepted job has ended, as far as it does.</summary>
    /// <exception cref="TortureException">No node answers.</exception>
    public async Task UntilEndedAsync(CancellationToken cancellationToken)
    {
        var lost = new HashSet<string>();
        var (moved, left) = (time.GetTimestamp(), int.MaxValue);
        while (Open().Where(guid => !lost.Contains(guid)).ToArray() is { Length: > 0 } open)
        {
            if (open.Length < left)
                (moved, left) = (time.GetTimestamp(), open.Length);

            if (time.GetElapsedTime(moved) > Patience)
            {
                Array.ForEach(open, guid => ledger.Violate(Promise.Kept, guid, "it does not end"));
                return;
            }

            lost.UnionWith(await SeeAsync(open, cancellationToken));
            await Task.Delay(LookAgain, time, cancellationToken);
        }
    }

    /// <summary>Checks, once nobody works any more, that each accepted job has come to its one end, by runs that kept out of each other's
    /// way.</summary>
    /// <exception cref="TortureException">No node answers.</exception>
    public async Task<Balance> BalanceAsync(CancellationToken cancellationToken)
    {
        await CheckTotalAsync(cancellationToken);

        var effects = await Effect.ReadAsync(ledger.Directory, cancellationToken);
        foreach (var job in effects.Where(job => !ledger.Accepted.ContainsKey(job.Key)))
            ledger.Violate(Promise.AsSaid, job.Key, "it ran, and nobody submitted it");

        var (finished, repeated, takenBack) = (0, 0, 0);
        var options = new ParallelOptions { MaxDegreeOfParallelism = Readers, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(ledger.Accepted.Keys.Chunk(ReadAtOnce), options, async (guids, cancellation) =>
        {
            var jobs = await ReadAsync(guids, cancellation);
            foreach (var guid in guids)
            {
                if (!jobs.TryGetValue(guid, out var job))
                {
                    ledger.Violate(Promise.Kept, guid, Missing);
                    continue;
                }

                var (kind, done) = (ledger.Accepted[guid], effects[guid].ToArray());
                if (job.Phase == Finished)
                    Interlocked.Increment(ref finished);

                var runs = job.Run > 1 ? await RunsAsync(guid, cancellation) : [];
                Check(guid, kind, job, done, runs);
                Interlocked.Add(ref repeated, Math.Max(0, done.Length - kind.Attempts));
                Interlocked.Add(ref takenBack, runs.Count(run => run.Outcome == RecordedRun.Lost));
            }
        });

        return new Balance(
            ledger.Accepted.Count,
            finished,
            ledger.Refused + cluster.Nodes.Sum(node => node.EndsRefused),
            ledger.SentAgain,
            effects.Sum(job => job.Count()),
            repeated,
            takenBack,
            ledger.Violations);
    }

    private IEnumerable<string> Open() => ledger.Accepted.Keys.Where(guid => !ledger.HasEnded(guid));

    /// <returns>Those that are not there.</returns>
    private async Task<IReadOnlyCollection<string>> SeeAsync(string[] guids, CancellationToken cancellationToken)
    {
        var missing = new List<string>();
        foreach (var some in guids.Chunk(ReadAtOnce))
        {
            var jobs = await ReadAsync(some, cancellationToken);
            foreach (var (guid, job) in jobs.Where(job => Terminal.Contains(job.Value.Phase)))
                ledger.See(guid, job);

            missing.AddRange(some.Where(guid => !jobs.ContainsKey(guid)));
        }

        missing.ForEach(guid => ledger.Violate(Promise.Kept, guid, Missing));
        return missing;
    }

    // What was not answered was sent again with its key, so that there is nothing else.
    private async Task CheckTotalAsync(CancellationToken cancellationToken)
    {
        const int CountedUpTo = 100_000;
        var list = await cluster.AskAsync("/v3/jobs?per_page=1", Patience, cancellationToken);
        var total = list.Body.GetProperty("pagination").GetProperty("total_results").GetInt32();
        if (total < CountedUpTo && total > ledger.Accepted.Count)
            ledger.Violate(Promise.AsSaid, null, $"the store holds {total} jobs, {ledger.Accepted.Count} were accepted");
    }

    private async Task<Dictionary<string, Standing>> ReadAsync(string[] guids, CancellationToken cancellationToken)
    {
        var list = await cluster.AskAsync($"/v3/jobs?per_page={ReadAtOnce}&guids={string.Join(',', guids)}", Patience, cancellationToken);
        return list.Body.GetProperty("resources").EnumerateArray().ToDictionary(job => job.GetProperty("guid").GetString()!, Standing.Of);
    }

    private async Task<RecordedRun[]> RunsAsync(string guid, CancellationToken cancellationToken)
    {
        var attempts = await cluster.AskAsync($"/v3/jobs/{guid}/attempts", Patience, cancellationToken);
        return [.. attempts.Body.GetProperty("resources").EnumerateArray().Select(RecordedRun.Of)];
    }

    private void Check(string guid, Kind kind, Standing job, Effect[] effects, RecordedRun[] runs)
    {
        ledger.See(guid, job);
        if (job.Phase != Finished || job.Attempt != kind.Attempts)
            ledger.Violate(Promise.AsSaid, guid, $"it should have finished at its attempt {kind.Attempts}, and is {job}");

        // The run that ended it has done its work, and none came after it.
        if (!effects.Any(effect => effect.Run == job.Run && effect.EndedAt is not null))
            ledger.Violate(Promise.Kept, guid, $"its run {job.Run}, which ended it, has not done its work");
        if (effects.Any(effect => effect.Run > job.Run))
            ledger.Violate(Promise.EndedOnce, guid, $"a run came after its run {job.Run}, which ended it");

        if (runs.Length > 0)
            CheckRuns(guid, job, runs);

        var lease = kind.IsLeased ? TimeSpan.FromSeconds(Cluster.LeaseSeconds) : cluster.ShortestLease;
        foreach (var (earlier, later) in effects.Zip(effects.Skip(1)))
            CheckOrder(guid, earlier, later, runs.FirstOrDefault(run => run.Run == earlier.Run), lease);
    }

    // Each run is remembered once, with how it ended: one finished, and it is the last.
    private void CheckRuns(string guid, Standing job, RecordedRun[] runs)
    {
        if (runs.Count(run => run.Outcome == Finished) > 1)
            ledger.Violate(Promise.EndedOnce, guid, "two of its runs finished");

        var isWhole = runs.Select(run => run.Run).SequenceEqual(Enumerable.Range(1, job.Run));
        if (!isWhole || runs[^1].Outcome != Finished || !runs[..^1].All(run => run.Outcome is Failed or RecordedRun.Lost or "released"))
        {
            var remembered = string.Join(", ", runs.Select(run => $"{run.Run} {run.Outcome}"));
            ledger.Violate(Promise.AsSaid, guid, $"its {job.Run} runs are remembered as {remembered}");
        }
    }

    // Only where the earlier's lease was taken back may the later begin before it is done; it was then at work unaware, or had not even begun.
    private void CheckOrder(string guid, Effect earlier, Effect later, RecordedRun? recorded, TimeSpan lease)
    {
        if (later.Run == earlier.Run)
            ledger.Violate(Promise.AsSaid, guid, $"its run {later.Run} began twice");
        if (later.Attempt < earlier.Attempt || later.Attempt > earlier.Attempt + 1)
            ledger.Violate(Promise.AsSaid, guid, $"attempt {later.Attempt} came after attempt {earlier.Attempt}");

        var isApart = earlier.BeganAt <= later.BeganAt && earlier.EndedAt <= later.BeganAt;
        if (!isApart && recorded?.WasLost(lease) != true)
            ledger.Violate(Promise.AsSaid, guid, $"its run {later.Run} began while the lease of run {earlier.Run} held: {earlier}, {later}");
    }
}
