using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace CloudController.Jobs.Cli.Server;

/// <summary>How much of a request is taken in before the program looks at it.</summary>
internal static class HttpLimits
{
    /// <summary>The largest body of any route (contract §5: a bulk); smaller ones limit themselves.</summary>
    private const long MaxBodyBytes = 32 * 1024 * 1024;

    /// <summary>A list's filter may name some hundred guids.</summary>
    private const int MaxRequestLineBytes = 32 * 1024;

    private const int MaxHeaderBytes = 32 * 1024;
    private const int MaxHeaders = 100;
    private static readonly TimeSpan HeadersTimeout = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan KeepAliveTimeout = TimeSpan.FromMinutes(2);

    public static void Apply(KestrelServerOptions server)
    {
        server.AddServerHeader = false;
        server.Limits.MaxRequestBodySize = MaxBodyBytes;
        server.Limits.MaxRequestLineSize = MaxRequestLineBytes;
        server.Limits.MaxRequestHeadersTotalSize = MaxHeaderBytes;
        server.Limits.MaxRequestHeaderCount = MaxHeaders;
        server.Limits.RequestHeadersTimeout = HeadersTimeout;
        server.Limits.KeepAliveTimeout = KeepAliveTimeout;
    }
}
