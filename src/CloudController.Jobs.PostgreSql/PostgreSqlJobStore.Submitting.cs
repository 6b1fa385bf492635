using CloudController.Jobs.Storage;

namespace CloudController.Jobs.PostgreSql;

public sealed partial class PostgreSqlJobStore
{
    /// <inheritdoc/>
    public Task<Submission> SubmitAsync(IReadOnlyList<NewJob> jobs, int maxOpenPerOwner, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(jobs);
        ArgumentOutOfRangeException.ThrowIfZero(jobs.Count, nameof(jobs));
        return writer.SubmitAsync(jobs, maxOpenPerOwner, cancellationToken);
    }
}
