using CloudController.Jobs.Storage;

namespace CloudController.Jobs.Sqlite;

public sealed partial class SqliteJobStore
{
    /// <inheritdoc/>
    public ValueTask<JobStatus?> FindStatusAsync(Guid job, CancellationToken cancellationToken) =>
        new(readers.Read(job, static (session, names, guid) => FindStatus(session, names, guid)));

    /// <inheritdoc/>
    public ValueTask<Job?> FindAsync(Guid job, CancellationToken cancellationToken) => new(readers.Read(job, static (session, names, guid) =>
    {
        using var row = session.Statement(SqliteQueries.Find);
        row.Bind(guid);
        return row.Step() ? JobRow.ReadWhole(row, names, session) : null;
    }));

    /// <inheritdoc/>
    public Task<IReadOnlyList<Job>> FindManyAsync(IReadOnlyList<Guid> jobs, CancellationToken cancellationToken) => readers.ReadAsync<IReadOnlyList<Job>>(
        (session, names) =>
        {
            var found = new List<Job>(jobs.Count);
            using var row = session.Statement(SqliteQueries.Find);
            foreach (var guid in jobs)
            {
                cancellationToken.ThrowIfCancellationRequested();
                row.Bind(guid);
                if (row.Step())
                {
                    found.Add(JobRow.Read(row, names, session));
                }

                row.Dispose();
            }

            return found;
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<JobPage> ListAsync(JobFilter filter, JobOrder order, int skip, int take, CancellationToken cancellationToken) => readers.ReadAsync(
        (session, names) =>
        {
            var listing = new SqliteListing(session, filter);
            return new JobPage(listing.Page(session, names, order, skip, take), listing.Count(session));
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<JobRun>> ListRunsAsync(Guid job, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<JobRun>>(readers.Read(job, static (session, names, guid) => ListRuns(session, names, guid)));

    private static JobStatus? FindStatus(SqliteSession session, SqliteNames names, Guid guid)
    {
        using var row = session.Statement(SqliteQueries.FindStatus);
        row.Bind(guid);
        if (!row.Step())
        {
            return null;
        }

        var phase = (JobPhase)row.Int32(0);
        var error = phase > JobPhase.Finished && JobJson.Errors(row.Bytes(6)) is [var first, ..] ? first : null;
        return new JobStatus(guid, row.Instant(2), phase, row.Int32(1), row.Int32(5) + row.Int32(4), row.Instant(3), error)
        {
            Operation = row.IsNull(7) ? null : names.Lane(session, row.Int64(7)).Operation,
            ActiveSince = row.NullableInstant(8),
        };
    }

    private static List<JobRun> ListRuns(SqliteSession session, SqliteNames names, Guid guid)
    {
        using var row = session.Statement(SqliteQueries.Find);
        row.Bind(guid);
        if (!row.Step())
        {
            return [];
        }

        var (life, worker) = (JobRow.Read(row, names, session).Lifecycle, row.NullableText(JobRow.Worker));
        var runs = new List<JobRun>();
        using var run = session.Statement(SqliteQueries.FindRuns);
        run.Bind(row.Int64(JobRow.Id));
        while (run.Step())
        {
            runs.Add(new JobRun(
                run.Int32(0), run.Int32(1), run.Instant(2), run.NullableInstant(3), run.NullableText(4), JobJson.Errors(run.Bytes(5)), run.NullableText(6),
                run.NullableText(7), run.NullableText(8))
            {
                LogLines = run.NullableText(9),
            });
        }

        AddPresentRun(runs, life, worker);
        return runs;
    }

    // The run that goes on, and the one that finished, stand in the job's own row; of these runs the table knows at most what else they left.
    private static void AddPresentRun(List<JobRun> runs, JobLifecycle life, string? worker)
    {
        if (life.Phase is not (JobPhase.Running or JobPhase.Finished))
        {
            return;
        }

        var last = runs is [.., var found] && found.Run == life.Run ? found : null;
        if (last is not null)
        {
            runs.Remove(last);
        }

        var outcome = life.Phase == JobPhase.Finished ? new RunEnd.Finished().OutcomeName : null;
        runs.Add(new JobRun(
            life.Run, life.Attempt, life.RunStartedAt ?? life.RunAt, life.FinishedAt, outcome, [], worker, last?.Log, last?.Exception)
        {
            LogLines = last?.LogLines,
        });
    }
}
