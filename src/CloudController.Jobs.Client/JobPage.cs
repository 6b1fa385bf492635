namespace CloudController.Jobs.Client;

/// <summary>One page of a list of jobs.</summary>
public sealed record JobPage : ServerDocument
{
    /// <summary>Where this page stands.</summary>
    public required PaginationDocument Pagination { get; init; }

    /// <summary>The jobs, without arguments and result.</summary>
    public required IReadOnlyList<JobDocument> Resources { get; init; }
}

/// <summary>Where a page stands.</summary>
/// <param name="TotalResults">How many match; counting stops at 100,000.</param>
/// <param name="TotalPages">At least 1.</param>
/// <param name="Next">The next page; <see langword="null"/> at the end.</param>
public sealed record PaginationDocument(long TotalResults, long TotalPages = 1, LinkDocument? Next = null);
