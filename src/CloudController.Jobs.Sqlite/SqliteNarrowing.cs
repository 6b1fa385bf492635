using CloudController.Jobs.Storage;

namespace CloudController.Jobs.Sqlite;

/// <summary>The jobs that a label or the lanes and phases of a filter leave, straight from an index. Where they are few, a list reads these alone, however
/// many others there are; where they are many, a walk in the list's own order finds its page soon.</summary>
internal sealed class SqliteNarrowing
{
    /// <summary>Up to how many are few.</summary>
    public const int Few = 10_000;

    private readonly List<string> parts = [];

    private SqliteNarrowing()
    {
    }

    /// <summary>A query of one column, <c>job</c>.</summary>
    public string Sql => string.Join(" UNION ALL ", parts);

    public List<object?> Values { get; } = [];

    /// <summary>What a filter allows; <see langword="null"/>: it names none of these, or what is rarer still.</summary>
    public static SqliteNarrowing? Of(JobFilter filter)
    {
        if (filter.Guids is not null || filter.ResourceGuids is not null)
        {
            return null;
        }

        var narrowing = new SqliteNarrowing();
        if (filter.Labels.FirstOrDefault(label => label.Match is LabelMatch.Exists or LabelMatch.In) is { } label)
        {
            narrowing.AddLabel(label);
            return narrowing;
        }

        if (filter is { Phases: null, Operations: null, Queues: null })
        {
            return null;
        }

        narrowing.AddPhases("SELECT id AS job FROM jobs INDEXED BY jobs_claimable WHERE phase IN (1, 2)", filter, JobPhase.Queued, JobPhase.PollDue);
        narrowing.AddPhases(
            "SELECT id AS job FROM jobs INDEXED BY jobs_between WHERE phase BETWEEN 2 AND 7",
            filter, JobPhase.Scheduled, JobPhase.Polling, JobPhase.Running);
        narrowing.AddPhases(
            "SELECT id AS job FROM jobs INDEXED BY jobs_ended WHERE phase >= 8",
            filter, JobPhase.Finished, JobPhase.Failed, JobPhase.Cancelled, JobPhase.Expired);
        return narrowing.parts.Count > 0 ? narrowing : null;
    }

    /// <summary>Whether that is all that a filter asks for: lanes and phases alone.</summary>
    public static bool IsWhole(JobFilter filter) =>
        filter is { Owner: null, Guids: null, ResourceGuids: null, Labels: [], CreatedAts: [], UpdatedAts: [] };

    private void AddLabel(LabelRequirement label)
    {
        var values = label.Match == LabelMatch.In ? $" AND value IN ({SqliteListing.Marks(label.Values.Count)})" : "";
        parts.Add($"SELECT job FROM labels INDEXED BY labels_value WHERE key = ?{values}");
        Values.Add(label.Key);
        Values.AddRange(label.Match == LabelMatch.In ? label.Values : []);
    }

    private void AddPhases(string select, JobFilter filter, params ReadOnlySpan<JobPhase> phases)
    {
        List<JobPhase> wanted = [];
        foreach (var phase in phases)
        {
            if (filter.Phases?.Contains(phase) ?? true)
            {
                wanted.Add(phase);
            }
        }

        if (wanted.Count == 0)
        {
            return;
        }

        var lanes = "SELECT id FROM lanes WHERE 1" + Named("queue", filter.Queues) + Named("operation", filter.Operations);
        parts.Add($"{select} AND lane IN ({lanes}) AND phase IN ({SqliteListing.Marks(wanted.Count)})");
        Values.AddRange(filter.Queues ?? []);
        Values.AddRange(filter.Operations ?? []);
        Values.AddRange(wanted.Select(phase => (object?)(long)phase));
    }

    private static string Named(string column, IReadOnlyList<string>? names) =>
        names is null ? "" : $" AND {column} IN ({SqliteListing.Marks(names.Count)})";
}
