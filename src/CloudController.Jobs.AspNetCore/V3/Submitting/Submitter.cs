namespace CloudController.Jobs.AspNetCore.V3.Submitting;

/// <summary>Who submits, in which request, and when: what the jobs of one request have in common.</summary>
/// <param name="Owner">Whom the jobs will belong to.</param>
/// <param name="MayGoFirst">Whether priorities below 0 are allowed.</param>
/// <param name="RequestId">The request's id.</param>
/// <param name="TraceParent">The request's W3C trace context.</param>
/// <param name="BaseUrl">What links begin with, without a slash at the end.</param>
/// <param name="Now">To the millisecond.</param>
internal sealed record Submitter(JobOwner Owner, bool MayGoFirst, string? RequestId, string? TraceParent, string BaseUrl, DateTimeOffset Now);
