using CloudController.Jobs.AspNetCore.Auth;
using CloudController.Jobs.AspNetCore.Errors;
using CloudController.Jobs.AspNetCore.Following;
using CloudController.Jobs.AspNetCore.RateLimits;
using CloudController.Jobs.AspNetCore.Responses;
using CloudController.Jobs.Errors;
using CloudController.Jobs.Leasing;
using CloudController.Jobs.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;

namespace CloudController.Jobs.AspNetCore.V3.Leases;

/// <summary>Leases: a worker in any language takes jobs, keeps them by heartbeats, and says how they ended.</summary>
internal sealed class LeaseEndpoint(
    JobLeases leases, HeldPlaces places, ErrorCatalog catalog, Links links, IHostApplicationLifetime lifetime, TimeProvider clock)
{
    private const int RequestLimit = 64 * 1024;
    private const int ReportLimit = 16 * 1024 * 1024;
    private const int BulkLimit = 32 * 1024 * 1024;

    public static CloudControllerProblem NotFound { get; } = CloudControllerProblem.ResourceNotFound("Lease not found");

    private static CloudControllerProblem Lost { get; } = new("LeaseLost");

    private static CloudControllerProblem Stopping { get; } = CloudControllerProblem.ServiceUnavailable("This server is stopping.", 1);

    public void Map(IEndpointRouteBuilder v3)
    {
        MapTo(v3.MapPost("/leases", Answer(LeaseAsync)));
        MapTo(v3.MapPatch("/leases/{lease}", Answer(HeartbeatAsync)));
        foreach (var action in (string[])[LeaseAction.Complete, LeaseAction.Fail, LeaseAction.PollAgain, LeaseAction.Release])
            MapTo(v3.MapPost($"/leases/{{lease}}/actions/{action}", Answer(context => EndAsync(action, context))));

        MapTo(v3.MapPost("/leases/actions/bulk", Answer(EndManyAsync)));
    }

    private static void MapTo(IEndpointConventionBuilder route) => route.RequireScope(Scope.Worker).WithoutRateLimit();

    private static RequestDelegate Answer(Func<HttpContext, Task<IResult>> answer) => async context =>
    {
        var result = await answer(context);
        await result.ExecuteAsync(context);
    };

    private async Task<IResult> LeaseAsync(HttpContext context)
    {
        // Nothing is leased any more, and whoever were told that there is nothing would ask again at once, all through the drain.
        if (lifetime.ApplicationStopping.IsCancellationRequested)
            return Stopping;

        var owner = Caller.Of(context).Owner;
        var (request, problem) = await LeaseBody.ReadAsync(context.Request, RequestLimit, new LeaseRequestReader(owner.Subject).Read);
        if (request is null)
            return problem!;

        // Where too many wait already, the answer comes at once.
        using var place = request.Wait > TimeSpan.Zero ? places.TryTake(owner) : null;
        var runs = await leases.LeaseAsync(owner, place is null ? request with { Wait = TimeSpan.Zero } : request, context.RequestAborted);
        var shown = new ShownLeases(runs, leases.Duration, links.Base(context));
        return new V3Result<ShownLeases>(StatusCodes.Status200OK, shown, LeaseDocument.WriteLeases);
    }

    private async Task<IResult> HeartbeatAsync(HttpContext context)
    {
        if (!TryFindLease(context, out var lease))
            return NotFound;

        var (report, problem) = await LeaseBody.ReadAsync(context.Request, ReportLimit, ReportReader.Read);
        if (report is null)
            return problem!;

        var heartbeat = await leases.HeartbeatAsync(Caller.Of(context).Owner, lease, report, context.RequestAborted);
        return heartbeat.Refusal is { } refusal
            ? ProblemOf(refusal)
            : new V3Result<ShownHeartbeat>(StatusCodes.Status200OK, new ShownHeartbeat(heartbeat, leases.Duration), LeaseDocument.WriteHeartbeat);
    }

    private async Task<IResult> EndAsync(string name, HttpContext context)
    {
        if (!TryFindLease(context, out var lease))
            return NotFound;

        var reader = new LeaseActionReader(name, catalog, clock.GetUtcNow());
        var (action, problem) = await LeaseBody.ReadAsync(context.Request, ReportLimit, reader.Read);
        if (action is null)
            return problem!;

        var answer = await leases.EndOneAsync(Caller.Of(context).Owner, action.For(lease), context.RequestAborted);
        return answer.Job is { } job
            ? new V3Result<ShownJob>(
                StatusCodes.Status200OK, new ShownJob(job, links.Base(context), JobView.Whole) { HidesCallbacks = true }, JobDocument.Write)
            : ProblemOf(answer.Refusal!.Value);
    }

    private async Task<IResult> EndManyAsync(HttpContext context)
    {
        var (elements, problem) = await LeaseBody.ReadAsync(context.Request, BulkLimit, new LeaseBulk(catalog, clock.GetUtcNow()).Read);
        if (elements is null)
            return problem!;

        var ends = elements.Where(element => element.End is not null).Select(element => element.End!).ToList();
        var answers = new Queue<LeaseAnswer>(await leases.EndAsync(Caller.Of(context).Owner, ends, context.RequestAborted));
        var results = elements.ConvertAll(element => element.Problem is { } wrong ? Refused(element, wrong) : ResultOf(element, answers.Dequeue()));
        return new V3Result<ShownResults>(StatusCodes.Status200OK, new ShownResults(results, links.Base(context)), LeaseDocument.WriteResults);
    }

    private BulkResult ResultOf(BulkElement element, LeaseAnswer answer) => answer.Job is { } job
        ? new BulkResult(element.Lease, StatusCodes.Status200OK, job, null)
        : Refused(element, ProblemOf(answer.Refusal!.Value));

    private BulkResult Refused(BulkElement element, CloudControllerProblem problem)
    {
        var (status, error) = ErrorResponse.Describe(problem, catalog);
        return new BulkResult(element.Lease, status, null, error);
    }

    private static bool TryFindLease(HttpContext context, out LeaseKey lease) =>
        LeaseKey.TryParse(context.Request.RouteValues["lease"] as string, out lease);

    private static CloudControllerProblem ProblemOf(LeaseRefusal refusal) => refusal switch
    {
        LeaseRefusal.Unknown => NotFound,
        LeaseRefusal.NotHolder => CloudControllerProblem.NotAuthorized,
        _ => Lost,
    };
}
