namespace CloudController.Jobs.Client;

/// <summary>Jobs submitted together, in their order.</summary>
public sealed record JobList : ServerDocument
{
    /// <summary>The jobs.</summary>
    public required IReadOnlyList<JobDocument> Resources { get; init; }
}
