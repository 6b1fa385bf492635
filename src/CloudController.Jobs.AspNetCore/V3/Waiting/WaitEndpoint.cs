using System.Text.Json;
using CloudController.Jobs.AspNetCore.Auth;
using CloudController.Jobs.AspNetCore.Errors;
using CloudController.Jobs.AspNetCore.Following;
using CloudController.Jobs.AspNetCore.Responses;
using CloudController.Jobs.AspNetCore.V3.Events;
using CloudController.Jobs.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CloudController.Jobs.AspNetCore.V3.Waiting;

/// <summary><c>POST /v3/jobs/actions/wait</c>: one request that waits for many of one's own jobs; those who read everything wait for anyone's.</summary>
internal sealed class WaitEndpoint(
    IJobStore store, JobSignals signals, HeldPlaces places, TimeProvider clock, IHostApplicationLifetime lifetime, ILogger<WaitEndpoint> logger)
{
    private static readonly string[] States = [.. Enum.GetValues<JobPhase>().Select(JobPhases.StateName).Distinct()];

    public void Map(IEndpointRouteBuilder v3) => v3.MapPost("/jobs/actions/wait", PostAsync).RequireScope(Scope.Read);

    private async Task<IResult> PostAsync(Caller caller, HttpContext context)
    {
        var aborted = context.RequestAborted;
        var (wait, problem) = await WaitBody.ReadAsync(context.Request);
        if (wait is null)
            return problem!;

        using var place = places.TryTake(caller.Owner);
        if (place is null)
            return EventsEndpoint.NoPlace;

        var (jobs, unknown) = wait.Guids is { } guids
            ? await FindAsync([.. guids.Distinct()], caller, aborted)
            : await SelectAsync(wait.Labels, caller, aborted);
        if (unknown is not null)
            return unknown;

        using var awaited = await AwaitedJobs.FollowAsync(jobs, store, signals, aborted);
        await WaitAsync(awaited, wait, aborted);
        context.Response.Headers.CacheControl = "no-store";
        return new V3Result<IReadOnlyDictionary<Guid, JobPhase>>(StatusCodes.Status200OK, awaited.Phases, Write);
    }

    // Another's job and none at all are told apart by nothing.
    private async Task<(IReadOnlyList<Job> Jobs, CloudControllerProblem? Problem)> FindAsync(Guid[] guids, Caller caller, CancellationToken aborted)
    {
        var jobs = await store.FindManyAsync(guids, aborted);
        var own = jobs.Where(job => job.Owner == caller.Owner || caller.ReadsEverything).ToList();
        if (own.Count == guids.Length)
            return (own, null);

        var missing = guids.Except(own.Select(job => job.Guid)).First();
        return ([], CloudControllerProblem.Unprocessable($"guids: '{missing}' is not a guid of a job of yours"));
    }

    private async Task<(IReadOnlyList<Job> Jobs, CloudControllerProblem? Problem)> SelectAsync(
        IReadOnlyList<LabelRequirement> labels, Caller caller, CancellationToken aborted)
    {
        var filter = new JobFilter { Owner = caller.ReadsEverything ? null : caller.Owner, Labels = labels };
        var page = await store.ListAsync(filter, new JobOrder(JobOrderBy.CreatedAt, Descending: false), 0, WaitBody.MaxJobs, aborted);
        return page.Total <= WaitBody.MaxJobs
            ? (page.Jobs, null)
            : ([], CloudControllerProblem.Unprocessable($"label_selector matches more than {WaitBody.MaxJobs} jobs"));
    }

    private async Task WaitAsync(AwaitedJobs awaited, WaitRequest wait, CancellationToken aborted)
    {
        var started = clock.GetTimestamp();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(aborted, lifetime.ApplicationStopping);
        while (!awaited.Satisfies(wait.Until) && !stop.IsCancellationRequested && wait.Longest - clock.GetElapsedTime(started) is { Ticks: > 0 } left)
        {
            logger.WaitsForJobs(awaited.Phases.Count);
            await awaited.WaitAsync(left, clock, stop.Token);
            aborted.ThrowIfCancellationRequested();
            await awaited.ReadAsync(aborted);
        }
    }

    private static void Write(Utf8JsonWriter writer, IReadOnlyDictionary<Guid, JobPhase> phases)
    {
        writer.WriteStartObject();
        writer.WriteStartObject("counts"u8);
        foreach (var state in States)
            writer.WriteNumber(state, phases.Values.Count(phase => phase.StateName() == state));
        writer.WriteEndObject();

        writer.WriteStartArray("open"u8);
        foreach (var (guid, _) in phases.Where(job => !job.Value.IsTerminal()))
            writer.WriteStringValue(guid);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
