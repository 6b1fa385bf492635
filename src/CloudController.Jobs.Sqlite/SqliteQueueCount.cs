using CloudController.Jobs.Storage;

namespace CloudController.Jobs.Sqlite;

/// <summary>Counts what a queue or an operation holds, lane by lane, never further than the answer shows.</summary>
internal sealed class SqliteQueueCount(Known known)
{
    private const long Most = QueueStatus.CountedUpTo + 1;

    private readonly Dictionary<JobPhase, long> counts = Enum.GetValues<JobPhase>().ToDictionary(phase => phase, _ => 0L);
    private DateTimeOffset? oldestWaitingSince;

    /// <summary>Whether it holds a job or has been paused or limited.</summary>
    public bool IsKnown { get; set; }

    public void Add(SqliteSession session, long lane)
    {
        var pollDue = Count(session, SqliteQueries.CountBetween, lane, JobPhase.PollDue, Most);
        Add(JobPhase.PollDue, pollDue);
        Add(JobPhase.Queued, CountClaimable(session, lane, limit: Most + pollDue) - pollDue);
        foreach (var phase in (ReadOnlySpan<JobPhase>)[JobPhase.Scheduled, JobPhase.Polling, JobPhase.Running])
        {
            Add(phase, Count(session, SqliteQueries.CountBetween, lane, phase, Most));
        }

        foreach (var phase in (ReadOnlySpan<JobPhase>)[JobPhase.Finished, JobPhase.Failed, JobPhase.Cancelled, JobPhase.Expired])
        {
            Add(phase, Count(session, SqliteQueries.CountEnded, lane, phase, Most));
        }

        FindOldest(session, lane);
    }

    public QueueStatus Status() => new(
        known.Name, counts.ToDictionary(count => count.Key, count => (int)Math.Min(count.Value, Most)), oldestWaitingSince, known.Pause)
    {
        Limits = known.Limits,
    };

    private void Add(JobPhase phase, long jobs)
    {
        counts[phase] += jobs;
        IsKnown |= jobs > 0;
    }

    private static long CountClaimable(SqliteSession session, long lane, long limit)
    {
        using var count = session.Statement(SqliteQueries.CountClaimable);
        count.Bind(lane).Bind(limit);
        return count.Step() ? count.Int64(0) : 0;
    }

    private static long Count(SqliteSession session, string sql, long lane, JobPhase phase, long limit)
    {
        using var count = session.Statement(sql);
        count.Bind(lane).Bind((long)phase).Bind(limit);
        return count.Step() ? count.Int64(0) : 0;
    }

    private void FindOldest(SqliteSession session, long lane)
    {
        using var next = session.Statement(SqliteQueries.NextPriority);
        for (var priority = long.MinValue; ; next.Dispose())
        {
            next.Bind(lane).Bind(priority);
            if (!next.Step())
            {
                return;
            }

            priority = next.Int64(0);
            if (oldestWaitingSince is null || next.Instant(1) < oldestWaitingSince)
            {
                oldestWaitingSince = next.Instant(1);
            }
        }
    }
}
