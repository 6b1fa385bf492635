using CloudController.Jobs.AspNetCore.Auth;
using CloudController.Jobs.AspNetCore.Errors;
using CloudController.Jobs.AspNetCore.Following;
using CloudController.Jobs.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;

namespace CloudController.Jobs.AspNetCore.V3.Events;

/// <summary><c>GET /v3/jobs/:guid/events</c>: a job as it goes on, for its owner and those who read everything.</summary>
internal sealed class EventsEndpoint(IJobStore store, JobFeeds feeds, EventStream stream, HeldPlaces places)
{
    private static readonly byte[] NotUnderstood = "Last-Event-ID is no event of this job; this is the job as it is now"u8.ToArray();

    public static CloudControllerProblem NoPlace { get; } = new("RateLimitExceeded") { RetryAfterSeconds = 10 };

    public void Map(IEndpointRouteBuilder v3) =>
        v3.MapMethods("/jobs/{guid}/events", [HttpMethods.Get, HttpMethods.Head], FollowAsync).RequireScope(Scope.Read);

    /// <summary>Follows the job that the route names, for the caller of the request.</summary>
    public async Task FollowAsync(HttpContext context)
    {
        var (caller, bell) = (Caller.Of(context), new Bell());
        if (!JobGuid.TryParse(context.Request.RouteValues["guid"] as string, out var guid))
        {
            await JobEndpoint.NotFound.ExecuteAsync(context);
            return;
        }

        // First followed, then read, so that no change between the two is missed.
        using var feed = feeds.Follow(guid, bell);
        var (picture, problem) = await LookAsync(guid, caller, context.RequestAborted);
        if (picture is null)
        {
            await problem!.ExecuteAsync(context);
            return;
        }

        var (seen, note) = ReadLastEventId(context.Request.Headers, guid);
        context.Response.Headers.CacheControl = "no-store";
        if (seen.Ended && picture.HasEnded && picture.StateHash == seen.State)
        {
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }

        using var place = places.TryTake(caller.Owner);
        if (place is null)
        {
            await NoPlace.ExecuteAsync(context);
            return;
        }

        context.Response.ContentType = "text/event-stream";
        context.Response.Headers["X-Accel-Buffering"] = "no";
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        if (!HttpMethods.IsHead(context.Request.Method))
            await stream.RunAsync(feed, bell, guid, picture, seen with { Ended = false }, note, context);
    }

    // The job itself is not kept: ten thousand followers need what they see of it, no more.
    private async Task<(JobPicture? Picture, CloudControllerProblem? Problem)> LookAsync(Guid guid, Caller caller, CancellationToken aborted)
    {
        var (job, problem) = await OwnJob.FindAsync(guid, caller, store, aborted);
        return (job is null ? null : JobPicture.Of(job), problem);
    }

    // Browsers that have no id yet may send an empty one.
    private static (EventId Seen, ReadOnlyMemory<byte> Note) ReadLastEventId(IHeaderDictionary headers, Guid job)
    {
        var text = headers["Last-Event-ID"].ToString();
        if (text.Length == 0)
            return default;

        return EventId.TryParse(text, job, out var seen) ? (seen, default) : (EventId.Nothing, NotUnderstood);
    }
}
