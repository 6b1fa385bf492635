using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace CloudController.Jobs.Dashboard;

/// <summary>Maps the dashboard.</summary>
public static class DashboardEndpointRouteBuilderExtensions
{
    /// <summary>Maps the dashboard, once an app, at a path or within a group. It has its own sign-in, with the API's tokens, and needs no authentication of
    /// the app's.</summary>
    /// <param name="endpoints">The app.</param>
    /// <param name="path">Where it is; it begins with a slash. By default <c>/dashboard</c>.</param>
    public static IEndpointRouteBuilder MapCloudControllerJobsDashboard(this IEndpointRouteBuilder endpoints, string path = "/dashboard")
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        var routes = endpoints.ServiceProvider.GetService<DashboardRoutes>()
            ?? throw new InvalidOperationException(
                $"Call {nameof(DashboardServiceCollectionExtensions.AddCloudControllerJobsDashboard)} on the services first.");
        routes.Map(endpoints.MapGroup(path));
        return endpoints;
    }
}
