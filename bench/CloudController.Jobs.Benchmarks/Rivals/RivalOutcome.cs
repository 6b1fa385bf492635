namespace CloudController.Jobs.Benchmarks.Rivals;

/// <summary>What one measurement gave.</summary>
internal sealed record RivalOutcome
{
    /// <summary>Of how many jobs.</summary>
    public int Jobs { get; init; }

    /// <summary>Jobs a second.</summary>
    public double PerSecond { get; init; }

    /// <summary>Cores that were busy meanwhile, of the whole machine.</summary>
    public double Cores { get; init; }

    /// <summary>Bytes of PostgreSQL's write-ahead log a job.</summary>
    public double? WalBytes { get; init; }

    /// <summary>Milliseconds until a job was picked up, in order of size; of one submission at a time.</summary>
    public IReadOnlyList<double> Pickups { get; init; } = [];

    public double P50 => Percentile(50);

    public double P99 => Percentile(99);

    private double Percentile(int percent) => Pickups.Count == 0 ? 0 : Pickups[Math.Max(0, (int)Math.Ceiling(Pickups.Count * percent / 100.0) - 1)];
}
