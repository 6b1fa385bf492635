using System.Text.Json;
using CloudController.Jobs.AspNetCore.Auth;
using CloudController.Jobs.AspNetCore.Errors;
using CloudController.Jobs.AspNetCore.Responses;
using CloudController.Jobs.AspNetCore.V3.Listing;
using CloudController.Jobs.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace CloudController.Jobs.AspNetCore.V3;

/// <summary>Cancels, retries and deletes jobs: one's own, and for administrators anyone's.</summary>
internal static class JobActionEndpoints
{
    private const int MostAtOnce = 10_000;

    public static void MapJobActions(this IEndpointRouteBuilder v3)
    {
        v3.MapPost("/jobs/{guid}/actions/cancel", CancelAsync).RequireScope(Scope.Write);
        v3.MapPost("/jobs/{guid}/actions/retry", RetryAsync).RequireScope(Scope.Write);
        v3.MapDelete("/jobs/{guid}", DeleteAsync).RequireScope(Scope.Write);
        v3.MapPost("/jobs/actions/cancel", CancelManyAsync).RequireScope(Scope.Write);
        v3.MapPost("/jobs/actions/retry", RetryManyAsync).RequireScope(Scope.Write);
    }

    private static Task<IResult> CancelAsync(string guid, Caller caller, IJobStore store, Links links, HttpContext context) =>
        ActAsync(guid, caller, store, store.CancelAsync, "has already ended and cannot be cancelled", links.Base(context), context.RequestAborted);

    private static Task<IResult> RetryAsync(string guid, Caller caller, IJobStore store, Links links, HttpContext context) =>
        ActAsync(guid, caller, store, store.RetryAsync, "has not failed and cannot be retried", links.Base(context), context.RequestAborted);

    private static async Task<IResult> DeleteAsync(string guid, Caller caller, IJobStore store, CancellationToken aborted)
    {
        var (job, problem) = await FindAsync(guid, caller, store, aborted);
        if (job is null)
            return problem!;

        return await store.DeleteAsync(job.Guid, aborted) switch
        {
            { Accepted: true } => Results.NoContent(),
            { Job: null } => JobEndpoint.NotFound,
            _ => CloudControllerProblem.Unprocessable("The job has not ended and cannot be deleted; cancel it first"),
        };
    }

    private static Task<IResult> CancelManyAsync(Caller caller, IJobStore store, HttpContext context) =>
        ActOnManyAsync(caller, store.CancelManyAsync, context);

    private static Task<IResult> RetryManyAsync(Caller caller, IJobStore store, HttpContext context) =>
        ActOnManyAsync(caller, store.RetryManyAsync, context);

    private static async Task<IResult> ActAsync(
        string guid,
        Caller caller,
        IJobStore store,
        Func<Guid, CancellationToken, Task<ActionResult>> act,
        string whyNot,
        string baseUrl,
        CancellationToken aborted)
    {
        var (job, problem) = await FindAsync(guid, caller, store, aborted);
        if (job is null)
            return problem!;

        return await act(job.Guid, aborted) switch
        {
            { Job: { } after, Accepted: true } => Accepted(after with { Arguments = job.Arguments }, baseUrl),
            { Job: null } => JobEndpoint.NotFound,
            _ => CloudControllerProblem.Unprocessable($"The job {whyNot}"),
        };
    }

    // What was accepted has no result: it has not finished.
    private static V3Result<ShownJob> Accepted(Job job, string baseUrl) =>
        new(StatusCodes.Status202Accepted, new ShownJob(job, baseUrl, JobView.Whole), JobDocument.Write)
        {
            Location = $"{baseUrl}/v3/jobs/{job.Guid}",
        };

    /// <summary>Finds a job that a caller may act on: its own, and for administrators anyone's.</summary>
    public static async Task<(Job? Job, CloudControllerProblem? Problem)> FindAsync(
        string guid, Caller caller, IJobStore store, CancellationToken aborted)
    {
        var job = JobGuid.TryParse(guid, out var parsed) ? await store.FindAsync(parsed, aborted) : null;
        if (job is null)
            return (null, JobEndpoint.NotFound);

        return job.Owner == caller.Owner || caller.IsAdmin ? (job, null) : (null, CloudControllerProblem.NotAuthorized);
    }

    private static async Task<IResult> ActOnManyAsync(
        Caller caller, Func<JobFilter, int, CancellationToken, Task<ManyResult>> act, HttpContext context)
    {
        var query = JobQuery.OfAction(context.Request.QueryString);
        if (query.WhyNot is { } whyNot)
            return CloudControllerProblem.BadQueryParameter(whyNot);

        var filter = caller.IsAdmin ? query.Filter : query.Filter with { Owner = caller.Owner };
        var result = query.MatchesNothing ? new ManyResult(0, 0, 0) : await act(filter, MostAtOnce, context.RequestAborted);
        return new V3Result<ManyResult>(StatusCodes.Status202Accepted, result, WriteMany);
    }

    private static void WriteMany(Utf8JsonWriter writer, ManyResult result)
    {
        writer.WriteStartObject();
        writer.WriteNumber("matched"u8, result.Matched);
        writer.WriteNumber("changed"u8, result.Changed);
        writer.WriteNumber("refused"u8, result.Refused);
        writer.WriteEndObject();
    }
}
