using CloudController.Jobs.Storage;
using Npgsql;

namespace CloudController.Jobs.PostgreSql;

public sealed partial class PostgreSqlJobStore
{
    /// <inheritdoc/>
    public async ValueTask<JobStatus?> FindStatusAsync(Guid job, CancellationToken cancellationToken)
    {
        var (status, lane) = await database.RunAsync<(JobStatus? Status, long? Lane)>(
            ByGuid(queries.FindStatus, job),
            async reader => await reader.ReadAsync(cancellationToken) ? (ReadStatus(reader, job), reader.NullableInt64(7)) : (null, null),
            cancellationToken);
        return status is { } held && lane is { } known
            ? held with { Operation = (await names.LaneAsync(known, cancellationToken)).Operation }
            : status;
    }

    /// <inheritdoc/>
    public async ValueTask<Job?> FindAsync(Guid job, CancellationToken cancellationToken)
    {
        var found = await database.RunAsync(
            ByGuid(queries.Find, job),
            async reader => await reader.ReadAsync(cancellationToken) ? ReadWhole(reader) : null,
            cancellationToken);
        return found is null ? null : (await names.NameAsync([found], cancellationToken))[0];
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Job>> FindManyAsync(IReadOnlyList<Guid> jobs, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(jobs);
        var trip = RoundTrip.Of(queries.FindMany, parameters => parameters.Bind("guids", [.. jobs]));
        var rows = await database.RunAsync(trip, reader => ReadRowsAsync(reader, cancellationToken), cancellationToken);
        var found = (await names.NameAsync(rows, cancellationToken)).ToDictionary(job => job.Guid);
        return [.. jobs.Select(found.GetValueOrDefault).OfType<Job>()];
    }

    /// <inheritdoc/>
    public async Task<JobPage> ListAsync(JobFilter filter, JobOrder order, int skip, int take, CancellationToken cancellationToken)
    {
        var listing = new PostgreSqlListing(queries.Schema, filter);
        var trip = new RoundTrip();
        listing.AddPage(trip, order, skip, take);
        listing.AddCount(trip);
        var (rows, total) = await database.RunAsync(
            trip,
            async reader =>
            {
                var page = await ReadRowsAsync(reader, cancellationToken);
                await reader.NextResultAsync(cancellationToken);
                return (page, await reader.ReadAsync(cancellationToken) ? reader.GetInt64(0) : 0);
            },
            cancellationToken);
        return new JobPage(await names.NameAsync(rows, cancellationToken), (int)total);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<JobRun>> ListRunsAsync(Guid job, CancellationToken cancellationToken)
    {
        var trip = ByGuid(queries.Find, job);
        trip.Add(queries.FindRuns).Bind("guid", job);
        return await database.RunAsync(
            trip,
            async reader =>
            {
                var found = await reader.ReadAsync(cancellationToken) ? JobRow.Read(reader) : null;
                await reader.NextResultAsync(cancellationToken);
                var runs = new List<JobRun>();
                while (await reader.ReadAsync(cancellationToken))
                {
                    runs.Add(ReadRun(reader));
                }

                if (found is null)
                {
                    return [];
                }

                AddPresentRun(runs, found.Job.Lifecycle, found.Worker);
                return runs;
            },
            cancellationToken);
    }

    private static RoundTrip ByGuid(string sql, Guid job)
    {
        var trip = new RoundTrip { IsPrepared = true };
        trip.Add(sql).Bind("guid", job);
        return trip;
    }

    private static async Task<List<JobRow>> ReadRowsAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        var rows = new List<JobRow>();
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(JobRow.Read(reader));
        }

        return rows;
    }

    internal static JobRow ReadWithArguments(NpgsqlDataReader reader) => JobRow.Read(reader, hasArguments: true);

    private static JobRow ReadWhole(NpgsqlDataReader reader)
    {
        var row = ReadWithArguments(reader);
        return row with { Job = row.Job with { Result = reader.Bytes(JobRow.Columns + 1) } };
    }

    private static JobStatus ReadStatus(NpgsqlDataReader row, Guid guid)
    {
        var phase = (JobPhase)row.GetInt16(0);
        var error = phase > JobPhase.Finished && row.Errors(6) is [var first, ..] ? first : null;
        return new JobStatus(guid, row.Instant(2), phase, row.GetInt32(1), row.GetInt32(5) + row.GetInt32(4), row.Instant(3), error)
        {
            ActiveSince = row.NullableInstant(8),
        };
    }

    private static JobRun ReadRun(NpgsqlDataReader row) => new(
        row.GetInt32(0), row.GetInt32(1), row.Instant(2), row.NullableInstant(3), row.NullableText(4), row.Errors(5), row.NullableText(6),
        row.IsDBNull(7) ? null : RunLog.Read(row.Bytes(7)), row.NullableUtf8(8))
    {
        LogLines = row.IsDBNull(9) ? null : RunLog.Read(row.Bytes(9)),
    };

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
