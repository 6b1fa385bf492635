using CloudController.Jobs.Storage;
using Npgsql;

namespace CloudController.Jobs.PostgreSql;

public sealed partial class PostgreSqlJobStore
{
    /// <inheritdoc/>
    public async Task<JobSituation?> FindSituationAsync(Guid job, CancellationToken cancellationToken)
    {
        var trip = new RoundTrip { IsPrepared = true };
        trip.Add(queries.FindSituation).Bind("guid", job).Bind("most", JobSituation.CountedUpTo + 1).Bind("now", Now);
        var found = await database.RunAsync<(JobRow Row, JobSituation Situation)?>(
            trip,
            async reader =>
            {
                if (!await reader.ReadAsync(cancellationToken))
                {
                    return null;
                }

                var row = JobRow.Read(reader);
                return (row, ReadSituation(reader, row));
            },
            cancellationToken);
        return found is { } one ? one.Situation with { Job = (await names.NameAsync([one.Row], cancellationToken))[0] } : null;
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<TimeSpan>> ListDurationsAsync(string operation, int newest, CancellationToken cancellationToken)
    {
        var trip = new RoundTrip { IsPrepared = true };
        trip.Add(queries.ListDurations).Bind("operation", operation).Bind("newest", newest);
        return database.RunAsync<IReadOnlyList<TimeSpan>>(
            trip,
            async reader =>
            {
                var durations = new List<TimeSpan>();
                while (await reader.ReadAsync(cancellationToken))
                {
                    durations.Add(TimeSpan.FromMilliseconds(reader.GetInt64(0)));
                }

                return durations;
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<FailureSummary> SummarizeFailuresAsync(int newest, int groups, CancellationToken cancellationToken)
    {
        var tally = await database.RunAsync(
            RoundTrip.Of(queries.SummarizeFailures, parameters => parameters.Bind("newest", newest)),
            async reader =>
            {
                var tally = new FailureTally();
                while (await reader.ReadAsync(cancellationToken))
                {
                    tally.Add(
                        reader.GetString(1), reader.GetString(0), reader.GetString(3), (int)reader.GetInt64(4), reader.Instant(5), reader.Instant(6),
                        reader.GetGuid(7), reader.GetInt32(8));
                }

                return tally;
            },
            cancellationToken);
        var top = tally.Top(groups);
        return tally.Summary(top, top.Count == 0 ? new() : await FindFailuresAsync(top, cancellationToken), newest);
    }

    private Task<Dictionary<(Guid, int), JobRun>> FindFailuresAsync(IReadOnlyList<TalliedFailures> groups, CancellationToken cancellationToken)
    {
        var trip = RoundTrip.Of(queries.FindFailures, parameters => parameters
            .Bind("guids", [.. groups.Select(group => group.SampleJob)])
            .Bind("runs", (int[])[.. groups.Select(group => group.SampleRun)]));
        return database.RunAsync(
            trip,
            async reader =>
            {
                var found = new Dictionary<(Guid, int), JobRun>();
                while (await reader.ReadAsync(cancellationToken))
                {
                    var run = ReadRun(reader);
                    found.Add((reader.GetGuid(10), run.Run), run);
                }

                return found;
            },
            cancellationToken);
    }

    private static JobSituation ReadSituation(NpgsqlDataReader reader, JobRow row)
    {
        const int Lease = JobRow.Columns, Queue = Lease + 1, Operation = Queue + 3, Ahead = Operation + 3, Limits = Ahead + 1, Running = Limits + 5;
        var leasedFor = TimeSpan.FromMilliseconds(reader.NullableInt64(Lease) ?? 0);
        return new JobSituation(
            row.Job, row.Worker, row.Job.Lifecycle.LeaseExpiresAt - leasedFor, ReadPause(reader, Queue), ReadPause(reader, Operation),
            (int)reader.GetInt64(Ahead))
        {
            Limits = ReadLimits(reader, Limits),
            QueueRunning = (int)reader.GetInt64(Running),
            NextStartAt = reader.NullableInstant(Running + 1),
        };
    }

    private static QueuePause? ReadPause(NpgsqlDataReader reader, int column) => reader.NullableInstant(column) is { } since
        ? new QueuePause(since, reader.NullableUtf8(column + 1)!, reader.NullableUtf8(column + 2))
        : null;
}
