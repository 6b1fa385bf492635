using CloudController.Jobs.Errors;
using CloudController.Jobs.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CloudController.Jobs.Sqlite;

/// <summary>Makes SQLite the store.</summary>
public static class SqliteJobsBuilderExtensions
{
    /// <summary>Keeps jobs in a SQLite database that belongs to this process.</summary>
    /// <param name="jobs">What is being built.</param>
    /// <param name="configure">Says where; by default <c>data/jobs.db</c>.</param>
    public static JobsBuilder UseSqlite(this JobsBuilder jobs, Action<SqliteStoreOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(jobs);
        if (configure is not null)
        {
            jobs.Services.Configure(configure);
        }

        jobs.Services.TryAddSingleton<IJobStore>(static services => new SqliteJobStore(
            services.GetRequiredService<IOptions<SqliteStoreOptions>>().Value,
            services.GetRequiredService<TimeProvider>(),
            services.GetRequiredService<JobSignals>(),
            services.GetRequiredService<ErrorCatalog>(),
            services.GetRequiredService<ILogger<SqliteJobStore>>()));
        return jobs;
    }
}
