namespace CloudController.Jobs;

/// <summary>A failure as the outside sees it, its text filled (contract §3, §4).</summary>
/// <param name="Code">The catalogue's number, such as 100004.</param>
/// <param name="Title">The catalogue's name after <c>CF-</c>, such as <c>CF-AppNotFound</c>; <c>UnknownError</c> stands alone.</param>
/// <param name="Detail">One sentence for the reader: v3 calls it <c>detail</c>, v2 <c>description</c>.</param>
public sealed record JobError(int Code, string Title, string Detail)
{
    /// <summary>What the outside sees of every failure that is not in the catalogue, whatever happened inside.</summary>
    public static JobError Unknown { get; } = new(10001, "UnknownError", "An unknown error occurred.");
}
