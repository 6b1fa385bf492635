namespace CloudController.Jobs.PostgreSql;

/// <summary>What a claim did not look at, or could not take.</summary>
/// <param name="Limits">The limited queues, by name: whether they limit how many of their jobs run at once.</param>
/// <param name="Lanes">Lanes that are served beside the one that was claimed from.</param>
/// <param name="HeldFor">Where a rate holds back what could be claimed else: for how long still.</param>
internal sealed record LeftOut(IReadOnlyDictionary<string, bool> Limits, IReadOnlyList<KeyValuePair<long, Lane>> Lanes, TimeSpan? HeldFor);
