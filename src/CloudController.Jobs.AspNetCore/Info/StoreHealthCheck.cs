using CloudController.Jobs.Storage;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace CloudController.Jobs.AspNetCore.Info;

/// <summary>Whether the store can be read and written now.</summary>
internal sealed class StoreHealthCheck(IJobStore store) : IHealthCheck
{
    public const string Tag = "ccjobs-ready";

    public static TimeSpan Timeout { get; } = TimeSpan.FromSeconds(5);

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        await store.CheckAsync(cancellationToken).WaitAsync(cancellationToken);
        return HealthCheckResult.Healthy();
    }
}
