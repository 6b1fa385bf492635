using System.Net;
using System.Net.Http.Headers;

namespace CloudController.Jobs.Client;

/// <summary>What an answer holds that matters here.</summary>
internal sealed record WireAnswer(HttpStatusCode Status, byte[] Body, EntityTagHeaderValue? ETag, TimeSpan? RetryAfter, string? RequestId)
{
    public bool IsSuccess => (int)Status is >= 200 and < 300 || IsUnchanged;

    public bool IsUnchanged => Status == HttpStatusCode.NotModified;

    public static async Task<WireAnswer> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken) => new(
        response.StatusCode,
        await response.Content.ReadAsByteArrayAsync(cancellationToken),
        response.Headers.ETag,
        response.Headers.RetryAfter?.Delta,
        response.Headers.TryGetValues("X-VCAP-Request-ID", out var ids) ? ids.First() : null);
}
