using CloudController.Jobs.AspNetCore.Auth;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace CloudController.Jobs.AspNetCore.V3.Queues;

/// <summary>Shows queues and operations to those who read everything; administrators pause and resume them, and limit queues.</summary>
internal static class QueueEndpoints
{
    private static readonly Pausable Queues = new(
        "queues",
        "Queue not found",
        static (store, aborted) => store.ListQueuesAsync(aborted),
        static (store, name, aborted) => store.FindQueueAsync(name, aborted),
        static (store, name, pause, aborted) => store.PauseQueueAsync(name, pause, aborted),
        static (store, name, aborted) => store.ResumeQueueAsync(name, aborted));

    private static readonly Pausable Operations = new(
        "operations",
        "Operation not found",
        static (store, aborted) => store.ListOperationsAsync(aborted),
        static (store, name, aborted) => store.FindOperationAsync(name, aborted),
        static (store, name, pause, aborted) => store.PauseOperationAsync(name, pause, aborted),
        static (store, name, aborted) => store.ResumeOperationAsync(name, aborted));

    public static void MapQueues(this IEndpointRouteBuilder v3)
    {
        v3.MapMethods("/queues", [HttpMethods.Get, HttpMethods.Head], Queues.GetAllAsync).RequireScope(Scope.ReadEverything);
        v3.MapMethods("/queues/{name}", [HttpMethods.Get, HttpMethods.Head], Queues.GetAsync).RequireScope(Scope.ReadEverything);
        v3.MapPatch("/queues/{name}", Queues.LimitAsync).RequireScope(Scope.Admin);
        v3.MapPost("/queues/{name}/actions/pause", Queues.PauseAsync).RequireScope(Scope.Admin);
        v3.MapPost("/queues/{name}/actions/resume", Queues.ResumeAsync).RequireScope(Scope.Admin);
    }

    public static void MapOperations(this IEndpointRouteBuilder v3)
    {
        v3.MapMethods("/operations", [HttpMethods.Get, HttpMethods.Head], Operations.GetAllAsync).RequireScope(Scope.ReadEverything);
        v3.MapMethods("/operations/{name}", [HttpMethods.Get, HttpMethods.Head], Operations.GetAsync).RequireScope(Scope.ReadEverything);
        v3.MapPost("/operations/{name}/actions/pause", Operations.PauseAsync).RequireScope(Scope.Admin);
        v3.MapPost("/operations/{name}/actions/resume", Operations.ResumeAsync).RequireScope(Scope.Admin);
    }
}
