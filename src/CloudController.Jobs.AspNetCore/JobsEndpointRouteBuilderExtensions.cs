using CloudController.Jobs.AspNetCore.Auth;
using CloudController.Jobs.AspNetCore.Info;
using CloudController.Jobs.AspNetCore.Live;
using CloudController.Jobs.AspNetCore.OpenApi;
using CloudController.Jobs.AspNetCore.V2;
using CloudController.Jobs.AspNetCore.V3;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace CloudController.Jobs.AspNetCore;

/// <summary>Maps the routes of Cloud Controller's jobs.</summary>
public static class JobsEndpointRouteBuilderExtensions
{
    /// <summary>Maps v2, v3, the live page, the documents that clients look for first, and health (contract §4, §5).</summary>
    public static IEndpointRouteBuilder MapCloudControllerJobs(this IEndpointRouteBuilder endpoints)
    {
        var routes = endpoints.MapGuarded();
        routes.MapV2();
        routes.MapV3();
        endpoints.ServiceProvider.GetRequiredService<OpenApiEndpoint>().Map(routes);
        endpoints.ServiceProvider.GetRequiredService<LivePageRoute>().Map(routes);
        routes.MapInfo();
        routes.MapHealth();
        return endpoints;
    }

    /// <summary>Maps <c>/healthz</c> and <c>/readyz</c> alone, for a node that runs jobs and serves no API (contract §1).</summary>
    public static IEndpointRouteBuilder MapCloudControllerJobsHealth(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGuarded().MapHealth();
        return endpoints;
    }

    private static RouteGroupBuilder MapGuarded(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        var guard = endpoints.ServiceProvider.GetService<RouteGuard>()
            ?? throw new InvalidOperationException(
                $"Call {nameof(JobsHttpServiceCollectionExtensions.AddCloudControllerJobsHttp)} on the services first.");

        var routes = endpoints.MapGroup("");
        ((IEndpointConventionBuilder)routes).Finally(guard.Guard);
        return routes;
    }
}
