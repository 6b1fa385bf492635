using CloudController.Jobs.AspNetCore.Auth;
using CloudController.Jobs.AspNetCore.Responses;
using CloudController.Jobs.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace CloudController.Jobs.AspNetCore.V3.Failures;

/// <summary><c>GET /v3/errors</c>: the errors workbench, for administrators.</summary>
internal static class FailuresEndpoint
{
    public static void MapFailures(this IEndpointRouteBuilder v3) =>
        v3.MapMethods("/errors", [HttpMethods.Get, HttpMethods.Head], SummarizeAsync).RequireScope(Scope.Admin);

    private static async Task<IResult> SummarizeAsync(FailureWorkbench workbench, Links links, HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-store";
        var shown = new ShownFailures(await workbench.SummarizeAsync(context.RequestAborted), links.Base(context));
        return new V3Result<ShownFailures>(StatusCodes.Status200OK, shown, FailuresDocument.Write);
    }
}

/// <summary>Failures by operation and kind, as far back as the newest of them reach.</summary>
internal sealed class FailureWorkbench(IJobStore store)
{
    private const int Newest = 10_000;
    private const int Groups = 200;

    public Task<FailureSummary> SummarizeAsync(CancellationToken cancellationToken) =>
        store.SummarizeFailuresAsync(Newest, Groups, cancellationToken);
}
