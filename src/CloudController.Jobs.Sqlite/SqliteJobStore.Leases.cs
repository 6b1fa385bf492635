using CloudController.Jobs.Storage;

namespace CloudController.Jobs.Sqlite;

public sealed partial class SqliteJobStore
{
    private readonly LiveWorkers workers;

    /// <inheritdoc/>
    public Task<IReadOnlyList<LeaseStanding?>> FindLeasesAsync(IReadOnlyList<LeaseKey> leases, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(leases);
        return leases.Count == 1
            ? Task.FromResult<IReadOnlyList<LeaseStanding?>>([readers.Read(leases[0], FindLease)])
            : readers.ReadAsync<IReadOnlyList<LeaseStanding?>>(
                (session, names) =>
                {
                    var found = new LeaseStanding?[leases.Count];
                    for (var index = 0; index < found.Length; index++)
                    {
                        cancellationToken.ThrowIfCancellationRequested();
                        found[index] = FindLease(session, names, leases[index]);
                    }

                    return found;
                },
                cancellationToken);
    }

    /// <inheritdoc/>
    /// <remarks>In memory: the store belongs to this process, which so has seen every worker that is live.</remarks>
    public Task SawWorkerAsync(WorkerSeen worker, CancellationToken cancellationToken)
    {
        workers.Saw(worker);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<WorkerStatus>> ListWorkersAsync(CancellationToken cancellationToken) => readers.ReadAsync(
        (session, names) =>
        {
            var running = new Dictionary<(string, JobOwner?), int>();
            using var count = session.Statement(SqliteQueries.CountByWorker);
            while (count.Step())
            {
                JobOwner? holder = count.NullableInt64(1) is { } owner ? names.Owner(session, owner) : null;
                running[(count.Text(0), holder)] = count.Int32(2);
            }

            return workers.List(running);
        },
        cancellationToken);

    // The job as it is now, in the transaction that ends the run: that is what a repeated action is answered with.
    private static void Remember(WriteScope write, Settlement end, JobOwner holder)
    {
        byte[] after = [];
        if (!end.Action.IsEmpty)
        {
            using var row = write.Statement(SqliteQueries.FindHeld);
            row.Bind(end.Lease.Job).Bind(end.Job);
            after = row.Step()
                ? JobMoment.Of(JobRow.Read(row, write.Names, write.Session))
                : throw new InvalidDataException("A leased job is missing.");
        }

        write.Statement(SqliteQueries.RememberLease)
            .Bind(end.Lease.Nonce).Bind(write.Names.OwnerId(write.Session, holder)).BindBlob(end.Action.Span).BindText(after)
            .Bind(end.Lease.Job).Bind(end.Lease.Run)
            .Run();
    }

    private static LeaseStanding? FindLease(SqliteSession session, SqliteNames names, LeaseKey lease)
    {
        using var row = session.Statement(SqliteQueries.FindHeld);
        row.Bind(lease.Lease.Job).Bind(lease.Job);
        if (!row.Step())
        {
            return null;
        }

        var job = JobRow.Read(row, names, session);
        if (job.Lifecycle.Phase != JobPhase.Running || job.Lifecycle.Run != lease.Lease.Run || row.Int64(JobRow.Lease) != lease.Lease.Nonce)
        {
            return FindEndedLease(session, names, lease.Lease, job);
        }

        return row.NullableInt64(JobRow.Holder) is { } holder
            ? Active(names.Owner(session, holder), new ClaimedJob(lease.Lease, job) { Worker = row.NullableText(JobRow.Worker) })
            : null;
    }

    private static LeaseStanding.Active Active(JobOwner holder, ClaimedJob claimed) => new(holder, claimed with { Holder = holder });

    private static LeaseStanding? FindEndedLease(SqliteSession session, SqliteNames names, LeaseId lease, Job job)
    {
        using var row = session.Statement(SqliteQueries.FindEndedLease);
        row.Bind(lease.Job).Bind(lease.Run).Bind(lease.Nonce);
        if (!row.Step())
        {
            return null;
        }

        var holder = names.Owner(session, row.Int64(0));
        return row.IsNull(1)
            ? new LeaseStanding.Lost(holder)
            : new LeaseStanding.Ended(holder, row.Bytes(1).ToArray(), JobMoment.Restore(job, row.Bytes(2)));
    }
}
