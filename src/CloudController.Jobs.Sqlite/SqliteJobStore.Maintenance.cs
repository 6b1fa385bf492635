using CloudController.Jobs.Errors;
using CloudController.Jobs.Storage;

namespace CloudController.Jobs.Sqlite;

public sealed partial class SqliteJobStore
{
    private readonly LongestLease longestLease = new();

    /// <inheritdoc/>
    public Task<DueResult> PromoteDueAsync(int limit, CancellationToken cancellationToken) => Writer.RunAsync(
        write =>
        {
            var moved = ExpireUnstarted(write, limit) + MakeDue(write, limit);
            return new DueResult(moved, Earliest(write.Session, SqliteQueries.NextDue, SqliteQueries.NextExpiry));
        },
        rows: limit,
        cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<OverdueRun>> FindOverdueAsync(int limit, CancellationToken cancellationToken) => readers.ReadAsync<IReadOnlyList<OverdueRun>>(
        (session, names) =>
        {
            var now = time.GetUtcNow();
            var overdue = new List<OverdueRun>();
            using var row = session.Statement(SqliteQueries.FindOverdue);
            row.Bind(now).Bind(now - JobLifecycle.CancelGrace);
            while (overdue.Count < limit && row.Step())
            {
                var job = JobRow.ReadWhole(row, names, session);
                var held = row.IsNull(JobRow.Holder) ? null : row.NullableInt64(JobRow.LeaseMilliseconds);
                if (WhyOverdue(job, held, now) is { } reason)
                {
                    var claimed = new ClaimedJob(new LeaseId(row.Int64(JobRow.Id), job.Lifecycle.Run, row.Int64(JobRow.Lease)), job)
                    {
                        Holder = row.NullableInt64(JobRow.Holder) is { } holder ? names.Owner(session, holder) : null,
                        Worker = row.NullableText(JobRow.Worker),
                    };
                    overdue.Add(new OverdueRun(claimed, reason, Counts: !Disturbed(job.Lifecycle) && !WasCutOff(job.Lifecycle, held)));
                }
            }

            return overdue;
        },
        cancellationToken);

    /// <inheritdoc/>
    public async Task<int> PruneAsync(Retention retention, int limit, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(retention);
        var now = time.GetUtcNow();
        var (finishedBefore, failedBefore) = (Before(now, retention.Finished), Before(now, retention.Failed));
        var ended = await readers.ReadAsync((session, _) => FindPrunable(session, finishedBefore, failedBefore, limit), cancellationToken);
        var pruned = 0;
        foreach (var some in ended.Chunk(PrunedAtOnce))
        {
            pruned += await Writer.RunAsync(write => some.Count(job => Prune(write, job)), some.Length, cancellationToken);
        }

        return pruned;
    }

    // So few that a waiting caller hardly notices.
    private const int PrunedAtOnce = 250;

    private static DateTimeOffset Before(DateTimeOffset now, TimeSpan retention) =>
        retention >= now - DateTimeOffset.UnixEpoch ? DateTimeOffset.UnixEpoch : now - retention;

    private int ExpireUnstarted(WriteScope write, int limit)
    {
        var expired = new List<(long Id, Guid Guid, long Owner)>();
        using (var find = write.Statement(SqliteQueries.FindExpired))
        {
            find.Bind(write.Now).Bind(limit);
            while (find.Step())
            {
                expired.Add((find.Int64(0), find.Guid(1), find.Int64(2)));
            }
        }

        var error = JobJson.Errors([WellKnownErrors.JobExpired(errors)]);
        foreach (var (id, guid, owner) in expired)
        {
            write.Statement(SqliteQueries.End).Bind((long)JobPhase.Expired).Bind(write.Now).Bind(write.Now).BindText(error).Bind(id).Run();
            write.OpenJobs.Add(owner, -1);
            write.Changed(guid);
        }

        return expired.Count;
    }

    private static int MakeDue(WriteScope write, int limit)
    {
        var due = new List<(long Id, Guid Guid, JobPhase Phase)>();
        using (var find = write.Statement(SqliteQueries.FindDue))
        {
            find.Bind(write.Now).Bind(limit);
            while (find.Step())
            {
                due.Add((find.Int64(0), find.Guid(1), (JobPhase)find.Int32(2)));
            }
        }

        foreach (var (id, guid, phase) in due)
        {
            var next = phase == JobPhase.Polling ? JobPhase.PollDue : JobPhase.Queued;
            write.Statement(SqliteQueries.MakeDue).Bind((long)next).Bind(write.Now).Bind(id).Run();
            write.Changed(guid, next, write.Now);
        }

        return due.Count;
    }

    private static DateTimeOffset? Earliest(SqliteSession session, params ReadOnlySpan<string> queries)
    {
        DateTimeOffset? earliest = null;
        foreach (var sql in queries)
        {
            using var next = session.Statement(sql);
            if (next.Step() && !(earliest < next.Instant(0)))
            {
                earliest = next.Instant(0);
            }
        }

        return earliest;
    }

    private OverdueReason? WhyOverdue(Job job, long? held, DateTimeOffset now)
    {
        var life = job.Lifecycle;
        if (life.LeaseExpiresAt <= now && !IsSpared(life, now) && !(WasCutOff(life, held) && now.AddMilliseconds(-held!.Value) < openedAt))
        {
            return OverdueReason.LeaseExpired;
        }

        if (life.RunStartedAt + job.Timeout - life.Used <= now)
        {
            return OverdueReason.TimedOut;
        }

        return life.CancelRequestedAt + JobLifecycle.CancelGrace <= now ? OverdueReason.CancelIgnored : null;
    }

    // A lease that could not be extended for a while holds for its full length again once it can.
    private bool IsSpared(JobLifecycle life, DateTimeOffset now) => Disturbed(life) && !(outage.EndedAt + longestLease.Length <= now);

    // A lease that someone elsewhere holds, from before the store was opened: its holder could not extend it while no process had the store open.
    private bool WasCutOff(JobLifecycle life, long? held) =>
        held is { } milliseconds && life.LeaseExpiresAt?.AddMilliseconds(-milliseconds) < openedAt;

    private bool Disturbed(JobLifecycle life) => life.LeaseExpiresAt is { } expiresAt && outage.Touched(expiresAt, longestLease.Length);

    private static List<Prunable> FindPrunable(SqliteSession session, DateTimeOffset finishedBefore, DateTimeOffset failedBefore, int limit)
    {
        var found = new List<Prunable>();
        using var next = session.Statement(SqliteQueries.NextEndedLane);
        for (var lane = 0L; ; next.Dispose())
        {
            next.Bind(lane);
            if (!next.Step())
            {
                return found;
            }

            lane = next.Int64(0);
            foreach (var phase in (ReadOnlySpan<JobPhase>)[JobPhase.Finished, JobPhase.Failed, JobPhase.Cancelled, JobPhase.Expired])
            {
                var before = phase == JobPhase.Finished ? finishedBefore : failedBefore;
                using var find = session.Statement(SqliteQueries.FindPrunable);
                find.Bind(lane).Bind((long)phase).Bind(before).Bind((long)(limit - found.Count));
                while (find.Step())
                {
                    found.Add(new Prunable(find.Int64(0), phase, before));
                }
            }
        }
    }

    private static bool Prune(WriteScope write, Prunable job)
    {
        long owner;
        string? key;
        using (var find = write.Statement(SqliteQueries.FindEnded))
        {
            find.Bind(job.Id).Bind((long)job.Phase).Bind(job.Before);
            if (!find.Step())
            {
                return false;
            }

            (owner, key) = (find.Int64(0), find.NullableText(1));
            write.Changed(find.Guid(2));
        }

        Forget(write, job.Id, owner, key);
        return true;
    }

    private readonly record struct Prunable(long Id, JobPhase Phase, DateTimeOffset Before);

    /// <summary>The longest lease that was asked for: how long a lease may have had to be extended in.</summary>
    private sealed class LongestLease
    {
        private long ticks;

        public TimeSpan Length => TimeSpan.FromTicks(Volatile.Read(ref ticks));

        public void Saw(TimeSpan lease)
        {
            if (lease.Ticks > Volatile.Read(ref ticks))
            {
                Volatile.Write(ref ticks, lease.Ticks);
            }
        }
    }
}
