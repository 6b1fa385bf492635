using CloudController.Jobs.AspNetCore.Callbacks;
using CloudController.Jobs.AspNetCore.Estimates;
using CloudController.Jobs.AspNetCore.Explaining;
using CloudController.Jobs.AspNetCore.V3.Attempts;
using CloudController.Jobs.AspNetCore.V3.Events;
using CloudController.Jobs.AspNetCore.V3.Explaining;
using CloudController.Jobs.AspNetCore.V3.Failures;
using CloudController.Jobs.AspNetCore.V3.Leases;
using CloudController.Jobs.AspNetCore.V3.Listing;
using CloudController.Jobs.AspNetCore.V3.Queues;
using CloudController.Jobs.AspNetCore.V3.Submitting;
using CloudController.Jobs.AspNetCore.V3.Waiting;
using CloudController.Jobs.AspNetCore.V3.Workers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace CloudController.Jobs.AspNetCore.V3;

/// <summary>The routes of v3 (contract §5).</summary>
internal static class V3Endpoints
{
    public static void AddV3(this IServiceCollection services)
    {
        services.AddSingleton<OperationHistories>();
        services.AddSingleton<JobExplainer>();
        services.AddSingleton<FailureWorkbench>();
        services.AddSingleton<JobEndpoint>();
        services.AddSingleton<SubmissionChecks>();
        services.AddSingleton<LeaseEndpoint>();
        services.AddSingleton<SignsOfLife>();
        services.AddSingleton<JobFeeds>();
        services.AddSingleton<EventStream>();
        services.AddSingleton<EventsEndpoint>();
        services.AddSingleton<WaitEndpoint>();
    }

    public static void MapV3(this IEndpointRouteBuilder routes)
    {
        var v3 = routes.MapGroup("/v3");
        v3.MapSubmit();
        v3.MapJobList();
        routes.ServiceProvider.GetRequiredService<JobEndpoint>().Map(v3);
        routes.ServiceProvider.GetRequiredService<EventsEndpoint>().Map(v3);
        v3.MapAttempts();
        v3.MapExplain();
        v3.MapJobActions();
        routes.ServiceProvider.GetRequiredService<WaitEndpoint>().Map(v3);
        v3.MapQueues();
        v3.MapOperations();
        routes.ServiceProvider.GetRequiredService<LeaseEndpoint>().Map(v3);
        v3.MapWorkers();
        v3.MapFailures();
        v3.MapCallbackSecret();
    }
}
