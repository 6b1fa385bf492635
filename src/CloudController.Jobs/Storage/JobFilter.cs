namespace CloudController.Jobs.Storage;

/// <summary>Which jobs: those for which all that is given holds; within one list any of its values.</summary>
public sealed record JobFilter
{
    /// <summary>Everything.</summary>
    public static JobFilter None { get; } = new();

    /// <summary>Only this owner's.</summary>
    public JobOwner? Owner { get; init; }

    /// <summary>Only these jobs.</summary>
    public IReadOnlyList<Guid>? Guids { get; init; }

    /// <summary>Only in these phases.</summary>
    public IReadOnlyList<JobPhase>? Phases { get; init; }

    /// <summary>Only of these operations.</summary>
    public IReadOnlyList<string>? Operations { get; init; }

    /// <summary>Only in these queues.</summary>
    public IReadOnlyList<string>? Queues { get; init; }

    /// <summary>Only for these resources.</summary>
    public IReadOnlyList<string>? ResourceGuids { get; init; }

    /// <summary>Only submitted at these times.</summary>
    public IReadOnlyList<TimeCondition> CreatedAts { get; init; } = [];

    /// <summary>Only last changed at these times.</summary>
    public IReadOnlyList<TimeCondition> UpdatedAts { get; init; } = [];

    /// <summary>Only with these labels: all requirements hold.</summary>
    public IReadOnlyList<LabelRequirement> Labels { get; init; } = [];
}

/// <summary>A condition on an instant, which is compared as the whole second it is shown as.</summary>
/// <param name="Comparison">How.</param>
/// <param name="Times">With what, whole seconds: one, or for <see cref="TimeComparison.Equal"/> any of several.</param>
public sealed record TimeCondition(TimeComparison Comparison, IReadOnlyList<DateTimeOffset> Times);

/// <summary>How an instant is compared.</summary>
public enum TimeComparison
{
    /// <summary>Is one of the times.</summary>
    Equal,

    /// <summary>Before.</summary>
    Less,

    /// <summary>Before or at.</summary>
    LessOrEqual,

    /// <summary>After.</summary>
    Greater,

    /// <summary>After or at.</summary>
    GreaterOrEqual,
}

/// <summary>A requirement of a label selector.</summary>
/// <param name="Key">The label's key, with its prefix.</param>
/// <param name="Match">How.</param>
/// <param name="Values">With what, for <see cref="LabelMatch.In"/> and <see cref="LabelMatch.NotIn"/>.</param>
public sealed record LabelRequirement(string Key, LabelMatch Match, IReadOnlyList<string> Values);

/// <summary>How a label is matched.</summary>
public enum LabelMatch
{
    /// <summary>The label is there.</summary>
    Exists,

    /// <summary>The label is not there.</summary>
    Absent,

    /// <summary>The label has one of the values.</summary>
    In,

    /// <summary>The label has none of the values, or is not there (facts §9, 16).</summary>
    NotIn,
}

/// <summary>The order of a list.</summary>
/// <param name="By">By what.</param>
/// <param name="Descending">The newest first.</param>
public readonly record struct JobOrder(JobOrderBy By, bool Descending);

/// <summary>What a list is ordered by.</summary>
public enum JobOrderBy
{
    /// <summary>When the jobs were submitted.</summary>
    CreatedAt,

    /// <summary>When the jobs last changed.</summary>
    UpdatedAt,
}

/// <summary>One page of a list.</summary>
/// <param name="Jobs">Without arguments and result.</param>
/// <param name="Total">How many jobs the filter lets through, counted up to 100,000.</param>
public sealed record JobPage(IReadOnlyList<Job> Jobs, int Total);
