using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace CloudController.Jobs.AspNetCore;

/// <summary>Absolute urls of this server, as its clients reach it: on <c>ExternalUrl</c>, else on what the request asked for.</summary>
internal sealed class Links(IOptions<JobsHttpOptions> options)
{
    private readonly string? external = options.Value.ExternalUrl?.TrimEnd('/');

    /// <summary>The server's base, without a slash at the end.</summary>
    public string Base(HttpContext context)
    {
        if (external is not null)
            return external;

        var request = context.Request;
        var host = request.Host.HasValue ? request.Host.ToUriComponent() : LocalAddress(context);
        var scheme = request.IsHttps ? "https" : "http"; // A proxy may have passed on any word of its client's.
        return $"{scheme}://{host}{request.PathBase.ToUriComponent()}";
    }

    /// <summary>The server's base where there is no request: as it was when the job was submitted.</summary>
    public string Base(JobCallback callback) => external ?? callback.BaseUrl;

    /// <summary>A path below the base; it begins with a slash.</summary>
    public string To(HttpContext context, string path) => Base(context) + path;

    /// <summary>A job in v3.</summary>
    public string Job(HttpContext context, Guid job) => $"{Base(context)}/v3/jobs/{job:D}";

    // HTTP/1.0 may come without a host.
    private static string LocalAddress(HttpContext context) =>
        context.Connection.LocalIpAddress is { } address ? new System.Net.IPEndPoint(address, context.Connection.LocalPort).ToString() : "localhost";
}
