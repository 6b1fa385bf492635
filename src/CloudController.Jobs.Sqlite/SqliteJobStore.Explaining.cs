using CloudController.Jobs.Storage;

namespace CloudController.Jobs.Sqlite;

public sealed partial class SqliteJobStore
{
    /// <inheritdoc/>
    public Task<JobSituation?> FindSituationAsync(Guid job, CancellationToken cancellationToken) => readers.ReadAsync(
        (session, names) =>
        {
            using var row = session.Statement(SqliteQueries.FindSituation);
            row.Bind(job);
            if (!row.Step())
            {
                return null;
            }

            var found = JobRow.Read(row, names, session);
            var leasedFor = TimeSpan.FromMilliseconds(row.NullableInt64(JobRow.LeaseMilliseconds) ?? 0);
            var queue = ReadKnown(session, SqliteQueries.AllQueues).Find(queue => queue.Name == found.Queue) ?? Known.Queue(found.Queue);
            var room = new SqliteRoom(session, queue.Name, queue.Limits!, time.GetUtcNow());
            var paused = ReadKnown(session, SqliteQueries.AllOperations)
                .Where(operation => operation.Pause is not null)
                .ToDictionary(operation => operation.Name, operation => operation.Pause, StringComparer.Ordinal);
            return new JobSituation(
                found,
                row.NullableText(JobRow.Worker),
                found.Lifecycle.Phase == JobPhase.Running ? found.Lifecycle.LeaseExpiresAt - leasedFor : null,
                queue.Pause,
                paused.GetValueOrDefault(found.Operation),
                found.Lifecycle.Phase.IsClaimable() ? CountAhead(session, row, found.Queue, paused.Keys) : 0)
            {
                Limits = queue.Limits!,
                QueueRunning = room.Running,
                NextStartAt = room.NextStartAt,
            };
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<TimeSpan>> ListDurationsAsync(string operation, int newest, CancellationToken cancellationToken) =>
        readers.ReadAsync<IReadOnlyList<TimeSpan>>(
            (session, _) =>
            {
                var finished = new List<(DateTimeOffset At, TimeSpan Took)>();
                using var row = session.Statement(SqliteQueries.FindFinished);
                foreach (var (lane, _) in ReadLanes(session).Where(lane => lane.Lane.Operation == operation))
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    row.Bind(lane).Bind(newest);
                    while (row.Step())
                    {
                        var began = row.Int64(3) > 0 ? row.NullableInstant(1) : row.NullableInstant(2);
                        finished.Add((row.Instant(0), row.Instant(0) - (began ?? row.Instant(0))));
                    }

                    row.Dispose();
                }

                return [.. finished.OrderByDescending(job => job.At).Take(newest).Select(job => job.Took)];
            },
            cancellationToken);

    /// <inheritdoc/>
    public Task<FailureSummary> SummarizeFailuresAsync(int newest, int groups, CancellationToken cancellationToken) => readers.ReadAsync(
        (session, names) =>
        {
            var tally = new FailureTally();
            using (var row = session.Statement(SqliteQueries.FindFailures))
            {
                row.Bind(newest);
                while (row.Step())
                {
                    var (lane, at) = (names.Lane(session, row.Int64(0)), row.Instant(2));
                    tally.Add(lane.Operation, lane.Queue, row.Text(1), count: 1, at, at, row.Guid(3), row.Int32(4));
                }
            }

            var top = tally.Top(groups);
            var samples = new Dictionary<(Guid, int), JobRun>();
            foreach (var group in top)
            {
                if (FindFailure(session, group.SampleJob, group.SampleRun) is { } sample)
                {
                    samples.Add((group.SampleJob, group.SampleRun), sample);
                }
            }

            return tally.Summary(top, samples, newest);
        },
        cancellationToken);

    private static int CountAhead(SqliteSession session, SqliteStatement job, string queue, IReadOnlyCollection<string> pausedOperations)
    {
        const long Most = JobSituation.CountedUpTo + 1;
        var ahead = 0L;
        using var count = session.Statement(SqliteQueries.CountAhead);
        foreach (var (lane, names) in ReadLanes(session))
        {
            if (names.Queue != queue || pausedOperations.Contains(names.Operation))
            {
                continue;
            }

            count.Bind(lane).Bind(job.Int64(JobRow.Priority)).Bind(job.Int64(JobRow.RunAt)).Bind(job.Int64(JobRow.Id)).Bind(Most - ahead);
            ahead += count.Step() ? count.Int64(0) : 0;
            count.Dispose();
            if (ahead >= Most)
            {
                break;
            }
        }

        return (int)ahead;
    }

    private static JobRun? FindFailure(SqliteSession session, Guid job, int number)
    {
        using var run = session.Statement(SqliteQueries.FindFailure);
        run.Bind(job).Bind(number);
        return run.Step()
            ? new JobRun(
                run.Int32(0), run.Int32(1), run.Instant(2), run.NullableInstant(3), run.NullableText(4), JobJson.Errors(run.Bytes(5)),
                run.NullableText(6), Log: null, run.NullableText(7))
            : null;
    }
}
