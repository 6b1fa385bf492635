namespace CloudController.Jobs.Storage;

/// <summary>Adds up failures of lanes to groups of operations.</summary>
internal sealed class FailureTally
{
    private readonly Dictionary<(string Operation, string Kind), TalliedFailures> groups = [];

    /// <summary>How many failures there are.</summary>
    public int Count { get; private set; }

    /// <summary>Adds failures of one kind in one queue, which ended from <paramref name="first"/> to <paramref name="last"/>.</summary>
    /// <param name="operation">Their operation.</param>
    /// <param name="queue">Their queue.</param>
    /// <param name="kind">Their kind.</param>
    /// <param name="count">How many.</param>
    /// <param name="first">When the earliest ended.</param>
    /// <param name="last">When the latest ended.</param>
    /// <param name="job">The latest's job.</param>
    /// <param name="run">The latest's number.</param>
    public void Add(string operation, string queue, string kind, int count, DateTimeOffset first, DateTimeOffset last, Guid job, int run)
    {
        Count += count;
        if (!groups.TryGetValue((operation, kind), out var group))
        {
            groups.Add((operation, kind), group = new TalliedFailures(operation, kind) { FirstAt = first });
        }

        group.Count += count;
        group.Queues.Add(queue);
        group.FirstAt = first < group.FirstAt ? first : group.FirstAt;
        if (last >= group.LastAt)
        {
            (group.LastAt, group.SampleJob, group.SampleRun) = (last, job, run);
        }
    }

    /// <summary>The groups in their order, at most so many.</summary>
    public IReadOnlyList<TalliedFailures> Top(int most) =>
    [
        .. groups.Values
            .OrderBy(group => FailureKind.IsCatalogued(group.Kind))
            .ThenByDescending(group => group.Count)
            .ThenByDescending(group => group.LastAt)
            .Take(most),
    ];

    /// <summary>The answer.</summary>
    /// <param name="top">The groups that are returned.</param>
    /// <param name="samples">What was found of their latest runs: what has been forgotten meanwhile is left out.</param>
    /// <param name="newest">How many failures were to be looked at.</param>
    public FailureSummary Summary(IReadOnlyList<TalliedFailures> top, IReadOnlyDictionary<(Guid Job, int Run), JobRun> samples, int newest)
    {
        var shown = new List<FailureGroup>(top.Count);
        foreach (var group in top)
        {
            if (samples.TryGetValue((group.SampleJob, group.SampleRun), out var sample))
            {
                shown.Add(new FailureGroup(
                    group.Operation, group.Kind, group.Count, group.FirstAt, group.LastAt, [.. group.Queues], group.SampleJob, sample));
            }
        }

        return new FailureSummary(Count, Count >= newest || groups.Count > top.Count, shown);
    }
}

/// <summary>What <see cref="FailureTally"/> knows of a group.</summary>
internal sealed class TalliedFailures(string operation, string kind)
{
    public string Operation => operation;

    public string Kind => kind;

    public int Count { get; set; }

    public DateTimeOffset FirstAt { get; set; }

    public DateTimeOffset LastAt { get; set; }

    public SortedSet<string> Queues { get; } = new(StringComparer.Ordinal);

    public Guid SampleJob { get; set; }

    public int SampleRun { get; set; }
}
