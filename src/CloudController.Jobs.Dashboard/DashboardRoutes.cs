using CloudController.Jobs.AspNetCore.Auth;
using CloudController.Jobs.Dashboard.Failures;
using CloudController.Jobs.Dashboard.Jobs;
using CloudController.Jobs.Dashboard.Overview;
using CloudController.Jobs.Dashboard.Queues;
using CloudController.Jobs.Dashboard.SignIn;
using CloudController.Jobs.Dashboard.Visits;
using CloudController.Jobs.Dashboard.Workers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace CloudController.Jobs.Dashboard;

/// <summary>Every page and form, and the scope that each takes.</summary>
internal sealed class DashboardRoutes(
    VisitGuard guard, SignInRoutes signIn, IssuerRoutes issuer, OverviewRoute overview, JobListRoute jobs, JobRoutes job, QueueRoutes queues, WorkersRoute workers,
    FailuresRoute failures)
{
    /// <summary>The name of the dashboard's first page among the app's routes.</summary>
    public const string Home = "ccjobs-dashboard";

    private static readonly string[] Looking = [HttpMethods.Get, HttpMethods.Head];

    public void Map(IEndpointRouteBuilder dashboard)
    {
        DashboardAssets.Map(dashboard);
        signIn.Map(dashboard);
        issuer.Map(dashboard);
        Form(dashboard, "/sign-out", scope: null, signIn.SignOutAsync);

        Page(dashboard, "/", Scope.Read, overview.ShowAsync).WithName(Home);
        Page(dashboard, "/jobs", Scope.Read, jobs.ShowAsync);
        Page(dashboard, "/jobs/{guid}", Scope.Read, job.ShowAsync);
        dashboard.MapMethods("/jobs/{guid}/events", Looking, guard.Stream(Scope.Read, job.FollowAsync)).ExcludeFromDescription();
        Form(dashboard, "/jobs/{guid}/cancel", Scope.Write, job.CancelAsync);
        Form(dashboard, "/jobs/{guid}/retry", Scope.Write, job.RetryAsync);
        Form(dashboard, "/jobs/{guid}/delete", Scope.Write, job.DeleteAsync);

        Page(dashboard, "/queues", Scope.ReadEverything, queues.ShowQueuesAsync);
        Form(dashboard, "/queues/{name}/pause", Scope.Admin, queues.PauseQueueAsync);
        Form(dashboard, "/queues/{name}/resume", Scope.Admin, queues.ResumeQueueAsync);
        Form(dashboard, "/queues/{name}/limits", Scope.Admin, queues.LimitQueueAsync);
        Page(dashboard, "/operations", Scope.ReadEverything, queues.ShowOperationsAsync);
        Form(dashboard, "/operations/{name}/pause", Scope.Admin, queues.PauseOperationAsync);
        Form(dashboard, "/operations/{name}/resume", Scope.Admin, queues.ResumeOperationAsync);

        Page(dashboard, "/workers", Scope.ReadEverything, workers.ShowAsync);
        Page(dashboard, "/errors", Scope.Admin, failures.ShowAsync);
    }

    private IEndpointConventionBuilder Page(IEndpointRouteBuilder dashboard, string path, Scope scope, Func<Visit, Task<Answer>> show) =>
        dashboard.MapMethods(path, Looking, guard.Page(scope, show)).ExcludeFromDescription();

    private void Form(IEndpointRouteBuilder dashboard, string path, Scope? scope, Func<Visit, Task<Answer>> act) =>
        dashboard.MapPost(path, guard.Form(scope, act)).ExcludeFromDescription();
}
