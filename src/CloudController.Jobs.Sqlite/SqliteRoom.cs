using CloudController.Jobs.Storage;

namespace CloudController.Jobs.Sqlite;

/// <summary>How far a queue's limits are used up, as one transaction sees it: counted from the jobs that run and the starts that are remembered.</summary>
internal sealed class SqliteRoom
{
    private readonly QueueLimits limits;
    private readonly long starts;

    public SqliteRoom(SqliteSession session, string queue, QueueLimits limits, DateTimeOffset now)
    {
        this.limits = limits;
        if (limits.Concurrency is { } concurrency)
        {
            using var running = session.Statement(SqliteQueries.CountRunning);
            running.Bind(queue).Bind(concurrency);
            Running = running.Step() ? running.Int32(0) : 0;
        }

        if (limits.Rate is { } rate)
        {
            var window = TimeSpan.FromSeconds(rate.Seconds);
            using var started = session.Statement(SqliteQueries.CountStarts);
            started.Bind(queue).Bind(now - window).Bind(now + rate.Step);
            started.Step();
            starts = started.Int64(0);
            NextStartAt = starts >= rate.Count ? started.Instant(1) + window : null;
        }
    }

    /// <summary>Where there is a limit of jobs that run at once: how many do, counted up to it.</summary>
    public int Running { get; }

    /// <summary>Where the rate is used up: when it lets the next job start.</summary>
    public DateTimeOffset? NextStartAt { get; }

    /// <summary>How many more jobs may start now.</summary>
    public long Free => Math.Max(0, Math.Min(
        limits.Concurrency is { } concurrency ? concurrency - Running : long.MaxValue, limits.Rate is { } rate ? rate.Count - starts : long.MaxValue));
}
