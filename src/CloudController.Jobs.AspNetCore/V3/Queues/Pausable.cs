using CloudController.Jobs.AspNetCore.Auth;
using CloudController.Jobs.AspNetCore.Errors;
using CloudController.Jobs.AspNetCore.Responses;
using CloudController.Jobs.Storage;
using Microsoft.AspNetCore.Http;

namespace CloudController.Jobs.AspNetCore.V3.Queues;

/// <summary>What is counted, paused and resumed by name: queues, which can be limited, too, or operations.</summary>
/// <param name="Path">Its path below <c>/v3</c>.</param>
/// <param name="NotFound">What is said of a name that none can have.</param>
/// <param name="List">All of them.</param>
/// <param name="Find">One.</param>
/// <param name="Pause">Stops claims.</param>
/// <param name="Resume">Allows claims again.</param>
internal sealed record Pausable(
    string Path,
    string NotFound,
    Func<IJobStore, CancellationToken, Task<IReadOnlyList<QueueStatus>>> List,
    Func<IJobStore, string, CancellationToken, Task<QueueStatus>> Find,
    Func<IJobStore, string, QueuePause, CancellationToken, Task> Pause,
    Func<IJobStore, string, CancellationToken, Task> Resume)
{
    public async Task<IResult> GetAllAsync(IJobStore store, Links links, TimeProvider time, HttpContext context)
    {
        var shown = new ShownQueues(await List(store, context.RequestAborted), time.GetUtcNow(), Url(links, context));
        return new V3Result<ShownQueues>(StatusCodes.Status200OK, shown, QueueDocument.WriteAll);
    }

    public Task<IResult> GetAsync(string name, IJobStore store, Links links, TimeProvider time, HttpContext context) =>
        JobNames.IsValid(name)
            ? ShowAsync(name, store, links, time, context)
            : Task.FromResult<IResult>(CloudControllerProblem.ResourceNotFound(NotFound));

    public async Task<IResult> LimitAsync(string name, Caller caller, IJobStore store, Links links, TimeProvider time, HttpContext context)
    {
        if (!JobNames.IsValid(name))
            return CloudControllerProblem.ResourceNotFound(NotFound);

        var (change, problem) = await LimitsBody.ReadAsync(context.Request, new QueueLimitsChange(time.GetUtcNow(), caller.Owner.Subject));
        if (problem is not null)
            return problem;

        if (change.ChangesConcurrency || change.ChangesRate)
            await store.LimitQueueAsync(name, change, context.RequestAborted);
        return await ShowAsync(name, store, links, time, context);
    }

    public async Task<IResult> PauseAsync(string name, Caller caller, IJobStore store, Links links, TimeProvider time, HttpContext context)
    {
        var (reason, problem) = await ReadReasonAsync(name, context);
        if (problem is not null)
            return problem;

        await Pause(store, name, new QueuePause(time.GetUtcNow(), caller.Owner.Subject, reason), context.RequestAborted);
        return await ShowAsync(name, store, links, time, context);
    }

    public async Task<IResult> ResumeAsync(string name, IJobStore store, Links links, TimeProvider time, HttpContext context)
    {
        var (_, problem) = await ReadReasonAsync(name, context);
        if (problem is not null)
            return problem;

        await Resume(store, name, context.RequestAborted);
        return await ShowAsync(name, store, links, time, context);
    }

    private async Task<IResult> ShowAsync(string name, IJobStore store, Links links, TimeProvider time, HttpContext context)
    {
        var shown = new ShownQueue(await Find(store, name, context.RequestAborted), time.GetUtcNow(), Url(links, context));
        return new V3Result<ShownQueue>(StatusCodes.Status200OK, shown, QueueDocument.Write);
    }

    private string Url(Links links, HttpContext context) => $"{links.Base(context)}/v3/{Path}";

    private Task<(string? Reason, CloudControllerProblem? Problem)> ReadReasonAsync(string name, HttpContext context) =>
        JobNames.IsValid(name)
            ? ReasonBody.ReadAsync(context.Request)
            : Task.FromResult<(string?, CloudControllerProblem?)>((null, CloudControllerProblem.ResourceNotFound(NotFound)));
}
