using System.Net;

namespace CloudController.Jobs.Client;

/// <summary>The server said no, and why.</summary>
public sealed class JobsApiException(HttpStatusCode status, IReadOnlyList<ErrorDocument> errors, TimeSpan? retryAfter, string? requestId)
    : Exception(string.Join("; ", errors.Select(error => $"{error.Title} ({error.Code}): {error.Detail}")))
{
    /// <summary>The HTTP status, such as 422.</summary>
    public HttpStatusCode Status { get; } = status;

    /// <summary>At least one.</summary>
    public IReadOnlyList<ErrorDocument> Errors { get; } = errors;

    /// <summary>When it makes sense to ask again, if the server said so (429, 503).</summary>
    public TimeSpan? RetryAfter { get; } = retryAfter;

    /// <summary>The id under which the server's log has the request.</summary>
    public string? RequestId { get; } = requestId;
}
