using CloudController.Jobs.AspNetCore.Pages;
using CloudController.Jobs.Dashboard.Failures;
using CloudController.Jobs.Dashboard.Jobs;
using CloudController.Jobs.Dashboard.Overview;
using CloudController.Jobs.Dashboard.Queues;
using CloudController.Jobs.Dashboard.SignIn;
using CloudController.Jobs.Dashboard.Visits;
using CloudController.Jobs.Dashboard.Workers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace CloudController.Jobs.Dashboard;

/// <summary>Adds what the dashboard needs.</summary>
public static class DashboardServiceCollectionExtensions
{
    /// <summary>Adds the dashboard's services, besides those of <c>AddCloudControllerJobs</c> and <c>AddCloudControllerJobsHttp</c>.
    /// Settings come from the configuration's section <c>Dashboard</c>.</summary>
    public static IServiceCollection AddCloudControllerJobsDashboard(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddOptions<DashboardOptions>().BindConfiguration("Dashboard").ValidateOnStart();
        services.AddSingleton<IValidateOptions<DashboardOptions>, DashboardOptionsValidator>();
        services.AddSingleton<SessionKeys>();
        services.AddSingleton<Sessions>();
        services.AddSingleton<IPageSignIn>(static provider => provider.GetRequiredService<Sessions>());
        services.AddSingleton<SignInAnswers>();
        services.AddSingleton<SignInRoutes>();
        services.AddSingleton<PendingSignIns>();
        services.AddSingleton<CodeExchange>();
        services.AddSingleton<IssuerRoutes>();
        services.AddSingleton<VisitGuard>();
        services.AddSingleton<OverviewCounts>();
        services.AddSingleton<OverviewRoute>();
        services.AddSingleton<JobListRoute>();
        services.AddSingleton<JobRoutes>();
        services.AddSingleton<QueueRoutes>();
        services.AddSingleton<WorkersRoute>();
        services.AddSingleton<FailuresRoute>();
        services.AddSingleton<DashboardRoutes>();
        return services;
    }
}
