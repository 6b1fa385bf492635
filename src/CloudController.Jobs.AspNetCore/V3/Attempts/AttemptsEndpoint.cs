using CloudController.Jobs.AspNetCore.Auth;
using CloudController.Jobs.AspNetCore.Responses;
using CloudController.Jobs.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace CloudController.Jobs.AspNetCore.V3.Attempts;

/// <summary><c>GET /v3/jobs/:guid/attempts</c>: every run of a job, for its owner and those who read everything.</summary>
internal static class AttemptsEndpoint
{
    public static void MapAttempts(this IEndpointRouteBuilder v3) =>
        v3.MapMethods("/jobs/{guid}/attempts", [HttpMethods.Get, HttpMethods.Head], ListAsync).RequireScope(Scope.Read);

    private static async Task<IResult> ListAsync(string guid, Caller caller, IJobStore store, HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-store";
        if (!JobGuid.TryParse(guid, out var parsed))
            return JobEndpoint.NotFound;

        var (job, problem) = await OwnJob.FindAsync(parsed, caller, store, context.RequestAborted);
        if (job is null)
            return problem!;

        var runs = await store.ListRunsAsync(job.Guid, context.RequestAborted);
        var shown = new ShownRuns(runs, WithWorker: caller.ReadsEverything, WithException: caller.IsAdmin);
        return new V3Result<ShownRuns>(StatusCodes.Status200OK, shown, AttemptsDocument.Write);
    }
}
