using CloudController.Jobs.AspNetCore.Responses;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace CloudController.Jobs.AspNetCore.Info;

/// <summary>What clients ask for before anything else; open.</summary>
internal static class InfoEndpoints
{
    private static readonly string[] Methods = ["GET", "HEAD"];

    public static void MapInfo(this IEndpointRouteBuilder routes)
    {
        var info = routes.ServiceProvider.GetRequiredService<ServerInfo>();
        routes.MapMethods("/", Methods, context => context.Response.WriteV3Async((info, context), RootDocuments.WriteRoot));
        routes.MapMethods("/v3", Methods, context => context.Response.WriteV3Async((info, context), RootDocuments.WriteV3));
        routes.MapMethods("/login", Methods, context => context.Response.WriteV3Async((info, context), RootDocuments.WriteLogin));
        routes.MapMethods("/v3/info", Methods, context => context.Response.WriteV3Async((info, context), InfoDocuments.WriteV3));
        routes.MapMethods("/v2/info", Methods, context => context.Response.WriteV2Async((info, context), InfoDocuments.WriteV2));
    }
}
