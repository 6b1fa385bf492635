using System.Globalization;
using CloudController.Jobs.AspNetCore.Estimates;
using CloudController.Jobs.AspNetCore.Following;
using CloudController.Jobs.AspNetCore.RateLimits;
using CloudController.Jobs.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace CloudController.Jobs.AspNetCore.V2;

/// <summary>What whoever holds a job's guid may know of it, and how that is asked for and cached: the same for v2 and the live page (contract §4).</summary>
internal sealed class OpenJobs(
    IJobStore store, JobNews news, HeldPlaces places, OperationHistories histories, TimeProvider clock, IOptions<V2Options> options)
{
    private readonly string briefly = options.Value.RequiresToken ? "private, max-age=5" : "public, max-age=5";

    /// <summary>The job that a request's route names, once there is news where the request would rather wait for that; <see langword="null"/> if
    /// it is not held.</summary>
    public async ValueTask<JobStatus?> FindAsync(HttpContext context)
    {
        // The read is brief: it isn't worth a cancellation token of each request.
        if (!JobGuid.TryParse(context.Request.RouteValues["guid"] as string, out var guid))
            return null;

        return PreferredWait.TryRead(context.Request.Headers, out var wait)
            ? await WaitAsync(context, guid, wait)
            : await store.FindStatusAsync(guid, CancellationToken.None);
    }

    /// <summary>Whole seconds after which it makes sense to ask again; <see langword="null"/> for a job that has ended.</summary>
    public int? AskAgainAfter(JobStatus job)
    {
        var now = clock.GetUtcNow();
        return AskAgain.After(job.Phase, job.CreatedAt, job.RunAt, histories.LikelyEnd(job.Phase, job.Operation, job.ActiveSince, now), now);
    }

    /// <summary>Sets the headers of an answer about a job, and its status where the client has that answer already.</summary>
    /// <returns>Whether it has.</returns>
    public bool IsKnown(HttpContext context, JobStatus job)
    {
        var headers = context.Response.Headers;
        var tag = JobTag.Of(job);
        headers.ETag = tag;
        headers.CacheControl = job.Phase.IsTerminal() ? briefly : "no-store";
        if (AskAgainAfter(job) is { } seconds)
            headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);

        if (!JobTag.IsNamedBy(context.Request.Headers.IfNoneMatch, tag))
            return false;

        context.Response.StatusCode = StatusCodes.Status304NotModified;
        return true;
    }

    private async Task<JobStatus?> WaitAsync(HttpContext context, Guid guid, TimeSpan wait)
    {
        using var place = places.TryTake(ClientAddress.Of(context.Connection.RemoteIpAddress));
        return place is null
            ? await store.FindStatusAsync(guid, CancellationToken.None)
            : await news.WaitAsync(guid, context.Request.Headers.IfNoneMatch, wait, context.RequestAborted);
    }
}
