namespace CloudController.Jobs.Client;

/// <summary>Why a job waits or what it does, as <c>GET /v3/jobs/:guid/explain</c> shows it.</summary>
public sealed record ExplanationDocument : ServerDocument
{
    /// <summary>The most important first.</summary>
    public required IReadOnlyList<CauseDocument> Causes { get; init; }

    /// <summary>When a job at work will likely end; <see langword="null"/> for any other, and where there is no ground to say so.</summary>
    public EstimateDocument? Estimate { get; init; }
}

/// <summary>A cause.</summary>
/// <param name="Code">Stable; further ones may come.</param>
/// <param name="Detail">One or two sentences.</param>
public sealed record CauseDocument(string Code, string Detail);

/// <summary>A range in which a job likely ends: in four of five cases.</summary>
/// <param name="Start">Hardly before.</param>
/// <param name="End">Hardly after.</param>
public sealed record EstimateDocument(DateTimeOffset Start, DateTimeOffset End);
