using CloudController.Jobs.AspNetCore.Auth;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace CloudController.Jobs.AspNetCore.V2;

internal static class V2Endpoints
{
    public static void MapV2(this IEndpointRouteBuilder routes)
    {
        var job = routes.ServiceProvider.GetRequiredService<V2JobRoute>();
        var route = routes.MapMethods("/v2/jobs/{guid}", ["GET", "HEAD"], job.GetAsync);
        if (routes.ServiceProvider.GetRequiredService<IOptions<V2Options>>().Value.RequiresToken)
            route.RequireScope(Scope.V2Read);
    }
}
