using System.Net;
using CloudController.Jobs.AspNetCore.Errors;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using IPNetwork = System.Net.IPNetwork;

namespace CloudController.Jobs.AspNetCore;

/// <summary>Makes a whole app answer as Cloud Controller does.</summary>
public static class JobsApplicationBuilderExtensions
{
    /// <summary>Gives every answer of the app, whatever its path, a request id and turns the framework's own errors into those of the catalogue;
    /// takes what trusted proxies say about the client. Call it first. An app with pages of its own puts it in a branch, or leaves it out: the routes of
    /// <see cref="JobsEndpointRouteBuilderExtensions.MapCloudControllerJobs"/> do the same for themselves.</summary>
    public static IApplicationBuilder UseCloudControllerJobs(this IApplicationBuilder app)
    {
        ArgumentNullException.ThrowIfNull(app);
        var border = app.ApplicationServices.GetService<RequestBorder>()
            ?? throw new InvalidOperationException(
                $"Call {nameof(JobsHttpServiceCollectionExtensions.AddCloudControllerJobsHttp)} on the services first.");
        app.Use(border.Enclose);
        if (app.ApplicationServices.GetRequiredService<IOptions<JobsHttpOptions>>().Value.TrustedProxies is { Count: > 0 } proxies)
            app.UseForwardedHeaders(Trust(proxies));

        return app.UseRouting();
    }

    // Not among the app's own options, which belong to the app.
    private static ForwardedHeadersOptions Trust(IEnumerable<string> proxies)
    {
        var forwarded = new ForwardedHeadersOptions
        {
            ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost,
            ForwardLimit = null,
        };
        forwarded.KnownProxies.Clear();
        forwarded.KnownIPNetworks.Clear();
        foreach (var proxy in proxies)
        {
            if (IPAddress.TryParse(proxy, out var address))
                forwarded.KnownProxies.Add(address);
            else
                forwarded.KnownIPNetworks.Add(IPNetwork.Parse(proxy));
        }

        return forwarded;
    }
}
