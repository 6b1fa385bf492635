namespace CloudController.Jobs.Client;

/// <summary>What cancelling or retrying many jobs did.</summary>
public sealed record JobCounts : ServerDocument
{
    /// <summary>How many jobs the filter found.</summary>
    public required int Matched { get; init; }

    /// <summary>How many of them were cancelled or retried.</summary>
    public required int Changed { get; init; }

    /// <summary>How many of them could not be, by their state or because they are another's.</summary>
    public required int Refused { get; init; }
}
