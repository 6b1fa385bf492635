using CloudController.Jobs.AspNetCore.Errors;
using CloudController.Jobs.AspNetCore.RateLimits;
using CloudController.Jobs.AspNetCore.Responses;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace CloudController.Jobs.AspNetCore.Info;

/// <summary><c>/healthz</c>: the process; <c>/readyz</c>: the store too. Open, and probes count against no limit.</summary>
internal static class HealthEndpoints
{
    private static readonly string[] Methods = ["GET", "HEAD"];

    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        Map(routes, "/healthz", _ => false);
        Map(routes, "/readyz", check => check.Tags.Contains(StoreHealthCheck.Tag));
    }

    private static void Map(IEndpointRouteBuilder routes, string path, Func<HealthCheckRegistration, bool> checks) => routes
        .MapHealthChecks(path, new HealthCheckOptions { Predicate = checks, ResponseWriter = WriteAsync })
        .WithMetadata(new HttpMethodMetadata(Methods))
        .WithoutRateLimit();

    private static Task WriteAsync(HttpContext context, HealthReport report)
    {
        if (report.Status == HealthStatus.Healthy)
            return context.Response.WriteV3Async("healthy", static (writer, status) =>
            {
                writer.WriteStartObject();
                writer.WriteString("status"u8, status);
                writer.WriteEndObject();
            });

        return CloudControllerProblem.ServiceUnavailable("The job store is out of reach.", 5).ExecuteAsync(context);
    }
}
