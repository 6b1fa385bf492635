using CloudController.Jobs.Errors;
using CloudController.Jobs.Storage;

namespace CloudController.Jobs.Sqlite;

public sealed partial class SqliteJobStore
{
    // So many jobs are changed in one operation that the writer is held for a few milliseconds at most.
    private const int ChangedAtOnce = 250;

    private enum Change
    {
        Gone,
        Refused,
        None,
        Made,
    }

    /// <inheritdoc/>
    public Task<ActionResult> CancelAsync(Guid job, CancellationToken cancellationToken) =>
        Writer.RunAsync(write => Act(write, job, phases: null, Cancel).Result, rows: 1, cancellationToken);

    /// <inheritdoc/>
    public Task<ActionResult> RetryAsync(Guid job, CancellationToken cancellationToken) =>
        Writer.RunAsync(write => Act(write, job, phases: null, Retry).Result, rows: 1, cancellationToken);

    /// <inheritdoc/>
    public Task<ActionResult> DeleteAsync(Guid job, CancellationToken cancellationToken) =>
        Writer.RunAsync(write => Act(write, job, phases: null, Delete).Result, rows: 1, cancellationToken);

    /// <inheritdoc/>
    public Task<ManyResult> CancelManyAsync(JobFilter filter, int limit, CancellationToken cancellationToken) =>
        ActOnManyAsync(filter, limit, static phase => !phase.IsTerminal(), Cancel, cancellationToken);

    /// <inheritdoc/>
    public Task<ManyResult> RetryManyAsync(JobFilter filter, int limit, CancellationToken cancellationToken) =>
        ActOnManyAsync(filter, limit, static phase => phase.IsTerminal() && phase != JobPhase.Finished, Retry, cancellationToken);

    private async Task<ManyResult> ActOnManyAsync(
        JobFilter filter,
        int limit,
        Func<JobPhase, bool> canChange,
        Func<WriteScope, JobRecord, JobLifecycle?> action,
        CancellationToken cancellationToken)
    {
        var jobs = await readers.ReadAsync((session, _) => Choose(session, filter, limit, canChange), cancellationToken);
        var (matched, changed, refused) = (0, 0, 0);
        foreach (var some in jobs.Chunk(ChangedAtOnce))
        {
            var changes = await Writer.RunAsync(
                write => Array.ConvertAll(some, job => Act(write, job, filter.Phases, action).Change), some.Length, cancellationToken);
            matched += changes.Count(change => change != Change.Gone);
            changed += changes.Count(change => change == Change.Made);
            refused += changes.Count(change => change == Change.Refused);
        }

        return new ManyResult(matched, changed, refused);
    }

    // Those that can change come first: the same call again then gets to those that were over the limit.
    private static IReadOnlyList<Guid> Choose(SqliteSession session, JobFilter filter, int limit, Func<JobPhase, bool> canChange)
    {
        var phases = (filter.Phases ?? Enum.GetValues<JobPhase>()).ToLookup(canChange);
        var first = Oldest([.. phases[true]], limit);
        return first.Count == limit ? first : [.. first, .. Oldest([.. phases[false]], limit - first.Count)];

        IReadOnlyList<Guid> Oldest(JobPhase[] of, int most) => new SqliteListing(session, filter with { Phases = of }).Oldest(session, most);
    }

    private static (ActionResult Result, Change Change) Act(
        WriteScope write, Guid guid, IReadOnlyList<JobPhase>? phases, Func<WriteScope, JobRecord, JobLifecycle?> action)
    {
        if (Find(write, guid) is not { } found || phases?.Contains(found.Job.Lifecycle.Phase) == false)
        {
            return (new ActionResult(null, Accepted: false), Change.Gone);
        }

        var job = found.Job;
        if (action(write, found) is not { } next)
        {
            return (new ActionResult(job, Accepted: false), Change.Refused);
        }

        if (ReferenceEquals(next, job.Lifecycle))
        {
            return (new ActionResult(job, Accepted: true), Change.None);
        }

        write.Changed(guid, next.Phase, next.RunAt);
        return (new ActionResult(job with { Lifecycle = next, UpdatedAt = write.Now }, Accepted: true), Change.Made);
    }

    private JobLifecycle? Cancel(WriteScope write, JobRecord found)
    {
        var life = found.Job.Lifecycle;
        var next = life.RequestCancel(write.Now, WellKnownErrors.JobCancelled(errors));
        if (next is null || ReferenceEquals(next, life))
        {
            return next;
        }

        if (next.Phase == JobPhase.Running)
        {
            write.Statement(SqliteQueries.RequestCancel).Bind(write.Now).Bind(found.Id).Run();
            return next;
        }

        End(write, found.Id, found.Owner, next);
        return next;
    }

    private static JobLifecycle? Retry(WriteScope write, JobRecord found)
    {
        if (found.Job.Lifecycle.Retry(write.Now) is not { } next)
        {
            return null;
        }

        write.Statement(SqliteQueries.Retry)
            .Bind((long)next.Phase).Bind(next.RunAt).Bind(next.AttemptsForgiven).Bind(next.ExpiresAt).Bind(write.Now).Bind(found.Id)
            .Run();
        write.OpenJobs.Add(found.Owner, 1);
        if (next.ExpiresAt is { } expiresAt)
        {
            write.FallsDue(expiresAt);
        }

        return next;
    }

    // The one that goes keeps its life: a copy tells those who follow it that something happened.
    private static JobLifecycle? Delete(WriteScope write, JobRecord found)
    {
        if (!found.Job.Lifecycle.Phase.IsTerminal())
        {
            return null;
        }

        Forget(write, found.Id, found.Owner, found.Key);
        return found.Job.Lifecycle with { };
    }

    private static void End(WriteScope write, long id, long owner, JobLifecycle next)
    {
        write.Statement(SqliteQueries.End)
            .Bind((long)next.Phase).Bind(next.FinishedAt).Bind(write.Now).BindText(JobJson.Errors(next.Errors)).Bind(id)
            .Run();
        write.OpenJobs.Add(owner, -1);
    }

    private static void Forget(WriteScope write, long id, long owner, string? key)
    {
        write.Statement(SqliteQueries.DeleteJob).Bind(id).Run();
        write.Statement(SqliteQueries.DeletePayloads).Bind(id).Run();
        write.Statement(SqliteQueries.DeleteRuns).Bind(id).Run();
        write.Statement(SqliteQueries.DeleteLabels).Bind(id).Run();
        if (key is not null)
        {
            write.Statement(SqliteQueries.DeleteKey).Bind(owner).Bind(key).Run();
        }
    }

    private static JobRecord? Find(WriteScope write, Guid guid)
    {
        using var row = write.Statement(SqliteQueries.Find);
        row.Bind(guid);
        return row.Step()
            ? new JobRecord(
                row.Int64(JobRow.Id), row.Int64(JobRow.Owner), row.NullableText(JobRow.Idempotency), JobRow.Read(row, write.Names, write.Session))
            : null;
    }

    /// <summary>A job with what only the store knows of it.</summary>
    private sealed record JobRecord(long Id, long Owner, string? Key, Job Job);
}
