using System.Diagnostics;
using Microsoft.AspNetCore.Http;

namespace CloudController.Jobs.AspNetCore.RequestIds;

/// <summary>What a submitted job keeps of the request that submitted it.</summary>
internal static class RequestTrace
{
    /// <summary>The id that stands in the answer's <c>X-VCAP-Request-ID</c>.</summary>
    public static string RequestId(this HttpContext context) => context.TraceIdentifier;

    /// <summary>W3C trace context of the request: of its own span where it is traced, else as it came; <see langword="null"/> if it
    /// brought none.</summary>
    public static string? TraceParent(this HttpContext context)
    {
        if (Activity.Current is { IdFormat: ActivityIdFormat.W3C } activity)
            return activity.Id;

        var incoming = context.Request.Headers.TraceParent.ToString();
        return ActivityContext.TryParse(incoming, null, out _) ? incoming : null;
    }
}
