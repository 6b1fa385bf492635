namespace CloudController.Jobs;

/// <summary>What a job works on, for the submitter's own bookkeeping.</summary>
/// <param name="Type">Key of the job's second link in v3, verbatim, such as <c>app</c>.</param>
/// <param name="Guid">The resource's id, by which jobs can be listed.</param>
/// <param name="Url">Where the link points; without it there is none.</param>
public sealed record JobResource(string Type, string Guid, string? Url);
