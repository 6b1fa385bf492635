namespace CloudController.Jobs.Benchmarks.Rivals;

/// <summary>What all repetitions gave, case by case.</summary>
internal sealed class RivalResults
{
    private readonly List<(RivalCase Case, int Repetition, RivalOutcome Outcome)> all = [];
    private readonly Dictionary<RivalCase, string> failures = [];

    public void Add(RivalCase one, int repetition, RivalOutcome outcome) => all.Add((one, repetition, outcome));

    public void Fail(RivalCase one, string why) => failures[one] = why;

    /// <summary>Why a case has no figure, if it has none.</summary>
    public string? FailureOf(RivalCase one) => failures.GetValueOrDefault(one);

    public IReadOnlyList<RivalOutcome> Of(RivalCase one) => [.. all.Where(other => other.Case == one).Select(other => other.Outcome)];

    /// <summary>One case's figure by another's, repetition by repetition.</summary>
    public IReadOnlyList<double> Ratios(RivalCase one, RivalCase other) =>
    [
        .. from own in all.Where(result => result.Case == one)
           join their in all.Where(result => result.Case == other) on own.Repetition equals their.Repetition
           select own.Outcome.PerSecond / their.Outcome.PerSecond,
    ];
}
