using CloudController.Jobs.Errors;
using CloudController.Jobs.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CloudController.Jobs.PostgreSql;

/// <summary>Makes PostgreSQL the store.</summary>
public static class PostgreSqlJobsBuilderExtensions
{
    /// <summary>Keeps jobs in a PostgreSQL database, 15 or later, that any number of nodes share. A database that is out of reach at start is waited
    /// for.</summary>
    /// <param name="jobs">What is being built.</param>
    /// <param name="connectionString">An Npgsql connection string; see <see cref="PostgreSqlStoreOptions.ConnectionString"/>.</param>
    /// <param name="configure">Says more, such as the schema.</param>
    public static JobsBuilder UsePostgreSql(this JobsBuilder jobs, string connectionString, Action<PostgreSqlStoreOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(jobs);
        ArgumentException.ThrowIfNullOrWhiteSpace(connectionString);
        jobs.Services.Configure<PostgreSqlStoreOptions>(options => options.ConnectionString = connectionString);
        jobs.Services.Configure<StoreOptions>(static options => options.WaitUntilReachable = true);
        if (configure is not null)
        {
            jobs.Services.Configure(configure);
        }

        jobs.Services.TryAddSingleton<IJobStore>(static services => new PostgreSqlJobStore(
            services.GetRequiredService<IOptions<PostgreSqlStoreOptions>>().Value,
            services.GetRequiredService<TimeProvider>(),
            services.GetRequiredService<JobSignals>(),
            services.GetRequiredService<ErrorCatalog>(),
            services.GetRequiredService<ILogger<PostgreSqlJobStore>>()));
        return jobs;
    }
}
