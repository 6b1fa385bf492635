using System.Globalization;
using CloudController.Jobs.AspNetCore.Auth;
using CloudController.Jobs.AspNetCore.Errors;
using CloudController.Jobs.AspNetCore.Estimates;
using CloudController.Jobs.AspNetCore.Following;
using CloudController.Jobs.AspNetCore.Responses;
using CloudController.Jobs.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace CloudController.Jobs.AspNetCore.V3;

/// <summary><c>GET /v3/jobs/:guid</c>: whoever may read sees Cloud Controller's fields, its owner and those who read everything see all.</summary>
internal sealed class JobEndpoint(
    IJobStore store, JobNews news, HeldPlaces places, OperationHistories histories, Links links, TimeProvider clock)
{
    public static CloudControllerProblem NotFound { get; } = CloudControllerProblem.ResourceNotFound("Job not found");

    public void Map(IEndpointRouteBuilder v3) =>
        v3.MapMethods("/jobs/{guid}", [HttpMethods.Get, HttpMethods.Head], GetAsync).RequireScope(Scope.Read);

    private async Task GetAsync(HttpContext context)
    {
        var caller = Caller.Of(context);
        if (await FindAsync(context, caller) is not { } job)
        {
            await NotFound.ExecuteAsync(context);
            return;
        }

        var (response, life) = (context.Response, job.Lifecycle);
        var tag = JobTag.Of(life.Phase, life.Run, life.AttemptsAllowed);
        response.Headers.ETag = tag;
        response.Headers.CacheControl = "no-store";
        var now = clock.GetUtcNow();
        var likelyEnd = histories.LikelyEnd(life.Phase, job.Operation, life.ActiveSince, now);
        if (AskAgain.After(life.Phase, job.CreatedAt, life.RunAt, likelyEnd, now) is { } seconds)
            response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);

        if (JobTag.IsNamedBy(context.Request.Headers.IfNoneMatch, tag))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        var view = job.Owner == caller.Owner || caller.ReadsEverything ? JobView.Whole : JobView.Open;
        await response.WriteV3Async(new ShownJob(job, links.Base(context), view), JobDocument.Write);
    }

    private async ValueTask<Job?> FindAsync(HttpContext context, Caller caller)
    {
        if (!JobGuid.TryParse(context.Request.RouteValues["guid"] as string, out var guid))
            return null;

        if (PreferredWait.TryRead(context.Request.Headers, out var wait))
        {
            using var place = places.TryTake(caller.Owner);
            if (place is not null)
                await news.WaitAsync(guid, context.Request.Headers.IfNoneMatch, wait, context.RequestAborted);
        }

        return await store.FindAsync(guid, context.RequestAborted);
    }
}
