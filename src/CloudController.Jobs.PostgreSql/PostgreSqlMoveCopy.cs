using System.Text;
using CloudController.Jobs.Storage;
using CloudController.Jobs.Storage.Moving;
using Npgsql;
using NpgsqlTypes;

namespace CloudController.Jobs.PostgreSql;

/// <summary>Writes jobs of another store as rows of this one's tables, by binary COPY, in the order of the statements' columns.</summary>
internal sealed class PostgreSqlMoveCopy(PostgreSqlQueries queries, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly Dictionary<Lane, long> lanes = [];
    private readonly Dictionary<JobOwner, long> owners = [];

    public async Task WriteAsync(PostgreSqlTransaction transaction, IReadOnlyList<MovedJob> jobs, CancellationToken cancellationToken)
    {
        await MakeLanesAsync(transaction, jobs, cancellationToken);
        await MakeOwnersAsync(transaction, jobs, cancellationToken);

        var connection = transaction.Connection;
        await CopyAsync(connection, queries.CopyJobs, jobs, WriteJobAsync, cancellationToken);
        await CopyAsync(connection, queries.CopyOwned, jobs, WriteOwnedAsync, cancellationToken);
        await CopyAsync(connection, queries.CopyRuns, Of(jobs, job => job.Runs), WriteRunAsync, cancellationToken);
        await CopyAsync(connection, queries.CopyFailures, Of(jobs, job => job.Runs).Where(kept => kept.Part.Failure is not null), WriteFailureAsync,
            cancellationToken);
        await CopyAsync(connection, queries.CopyLabels, Of(jobs, job => job.Labels), WriteLabelAsync, cancellationToken);
        await CopyAsync(connection, queries.CopyKeys, jobs.Where(job => job.HeldKey is not null), WriteKeyAsync, cancellationToken);
    }

    public static byte[]? Utf8(string? text) => text is null ? null : Encoding.UTF8.GetBytes(text);

    private static IEnumerable<(MovedJob Job, T Part)> Of<T>(IReadOnlyList<MovedJob> jobs, Func<MovedJob, IReadOnlyList<T>> parts) =>
        jobs.SelectMany(job => parts(job).Select(part => (job, part)));

    private static async Task CopyAsync<T>(
        NpgsqlConnection connection, string statement, IEnumerable<T> rows, Func<RowWriter, T, Task> write, CancellationToken cancellationToken)
    {
        await using var importer = await connection.BeginBinaryImportAsync(statement, cancellationToken);
        importer.Timeout = Patience;
        var writer = new RowWriter(importer, cancellationToken);
        foreach (var row in rows)
        {
            await importer.StartRowAsync(cancellationToken);
            await write(writer, row);
        }

        await importer.CompleteAsync(cancellationToken);
    }

    private async Task WriteJobAsync(RowWriter row, MovedJob moved)
    {
        var (job, life) = (moved.Job, moved.Job.Lifecycle);
        await row.Uuid(job.Guid);
        await row.Bigint(moved.Place);
        await row.Bigint(lanes[new Lane(job.Queue, job.Operation)]);
        await row.Bigint(owners[job.Owner]);
        await row.Instant(job.CreatedAt);
        await row.Instant(job.UpdatedAt);
        await row.Instant(life.RunAt);
        await row.Bigint((long)job.Timeout.TotalMilliseconds);
        await row.Bigint((long)life.Used.TotalMilliseconds);
        await row.Instant(life.StartedAt);
        await row.Instant(life.RunStartedAt);
        await row.Instant(life.FinishedAt);
        await row.Instant(life.ExpiresAt);
        await row.Bigint(moved.Nonce);
        await row.Bigint(LeaseMilliseconds(moved));
        await row.Bigint(moved.Holder is { } holder ? owners[holder] : null);
        await row.Instant(LeaseExpiry(moved));
        await row.Instant(life.CancelRequestedAt);
        await row.Integer(life.Run);
        await row.Integer(life.Attempt);
        await row.Integer(life.AttemptsSpent);
        await row.Integer(life.AttemptsForgiven);
        await row.Integer(life.MaxAttempts);
        await row.Integer(life.LostRuns);
        await row.Integer(job.Progress?.Percent);
        await row.Smallint((short)life.Phase);
        await row.Smallint((short)job.Priority);
        await row.Boolean(life.Polled);
        await row.Text(moved.Worker);
        await row.Text(JobJson.Errors(life.Errors));
        await row.Bytea(Utf8(job.Progress?.Message));
        await row.Byteas(job.Warnings.Count == 0 ? null : [.. job.Warnings.Select(warning => Utf8(warning)!)]);
        await row.Bytea(job.Arguments);
        await row.Bytea(job.Result);
        await row.Text(job.RequestId);
        await row.Text(job.TraceParent);
        await row.Bytea(Utf8(job.Resource?.Guid));
        await row.Text(moved.IdempotencyKey);
        await row.Text(moved.Details);
        await row.Text(job.Callback?.Host);
        await row.Instant(moved.CallbackDueAt);
        await row.Integer(moved.CallbackEnd);
        await row.Text(JobJson.Callbacks(job.Callbacks));
    }

    // A run in process ended with its process: it is to be rescued at once, as when its own store starts again.
    private DateTimeOffset? LeaseExpiry(MovedJob moved) =>
        moved is { Nonce: not null, Holder: null, Job.Lifecycle.LeaseExpiresAt: { } expiresAt } && time.GetUtcNow() is var now && now < expiresAt
            ? now
            : moved.Job.Lifecycle.LeaseExpiresAt;

    private static long? LeaseMilliseconds(MovedJob moved) =>
        moved.Nonce is null ? null : (long)(moved.LeaseLength ?? TimeSpan.Zero).TotalMilliseconds;

    private async Task WriteOwnedAsync(RowWriter row, MovedJob moved)
    {
        await row.Bigint(owners[moved.Job.Owner]);
        await row.Instant(moved.Job.CreatedAt);
        await row.Uuids([moved.Job.Guid]);
    }

    private async Task WriteRunAsync(RowWriter row, (MovedJob Job, MovedRun Run) kept)
    {
        var (run, ended) = (kept.Run.Run, kept.Run);
        await row.Uuid(kept.Job.Job.Guid);
        await row.Integer(run.Run);
        await row.Integer(run.Attempt);
        await row.Instant(run.StartedAt);
        await row.Instant(run.EndedAt);
        await row.Text(run.Outcome);
        await row.Text(JobJson.Errors(run.Errors));
        await row.Text(run.Worker);
        await row.Bytea(ended.Log);
        await row.Bytea(Utf8(run.Exception));
        await row.Bigint(ended.Nonce);
        await row.Bigint(ended.Holder is { } holder ? owners[holder] : null);
        await row.Bytea(ended.Action);
        await row.Text(ended.JobAfter);
        await row.Bytea(ended.LogLines);
    }

    private async Task WriteFailureAsync(RowWriter row, (MovedJob Job, MovedRun Run) kept)
    {
        var job = kept.Job.Job;
        await row.Uuid(job.Guid);
        await row.Integer(kept.Run.Run.Run);
        await row.Bigint(lanes[new Lane(job.Queue, job.Operation)]);
        await row.Instant(kept.Run.Run.EndedAt);
        await row.Text(kept.Run.Failure);
    }

    private static async Task WriteLabelAsync(RowWriter row, (MovedJob Job, KeyValuePair<string, string> Label) kept)
    {
        await row.Uuid(kept.Job.Job.Guid);
        await row.Text(kept.Label.Key);
        await row.Text(kept.Label.Value);
    }

    private async Task WriteKeyAsync(RowWriter row, MovedJob job)
    {
        await row.Bigint(owners[job.Job.Owner]);
        await row.Text(job.HeldKey!.Key.Value);
        await row.Bytea(job.HeldKey.Key.Fingerprint);
        await row.Uuids([.. job.HeldKey.Jobs]);
    }

    private async Task MakeLanesAsync(PostgreSqlTransaction transaction, IReadOnlyList<MovedJob> jobs, CancellationToken cancellationToken)
    {
        Lane[] missing = [.. jobs.Select(job => new Lane(job.Job.Queue, job.Job.Operation)).Where(lane => !lanes.ContainsKey(lane)).Distinct()];
        if (missing.Length == 0)
        {
            return;
        }

        string[] names = Array.ConvertAll(missing, lane => lane.Queue), operations = Array.ConvertAll(missing, lane => lane.Operation);
        var trip = new RoundTrip();
        trip.Add(queries.InsertLanes).Bind("queues", names).Bind("operations", operations);
        trip.Add(queries.FindLaneIds).Bind("queues", names).Bind("operations", operations);
        await ReadAsync(transaction, trip, row => lanes[new Lane(row.GetString(1), row.GetString(2))] = row.GetInt64(0), cancellationToken);
    }

    private async Task MakeOwnersAsync(PostgreSqlTransaction transaction, IReadOnlyList<MovedJob> jobs, CancellationToken cancellationToken)
    {
        var named = jobs.SelectMany(job => job.Runs.Select(run => run.Holder).Append(job.Holder).OfType<JobOwner>().Append(job.Job.Owner));
        JobOwner[] missing = [.. named.Where(owner => !owners.ContainsKey(owner)).Distinct()];
        if (missing.Length == 0)
        {
            return;
        }

        string[] issuers = Array.ConvertAll(missing, owner => owner.Issuer), subjects = Array.ConvertAll(missing, owner => owner.Subject);
        var trip = new RoundTrip();
        trip.Add(queries.InsertOwners).Bind("issuers", issuers).Bind("subjects", subjects);
        trip.Add(queries.FindOwnerIds).Bind("issuers", issuers).Bind("subjects", subjects);
        await ReadAsync(transaction, trip, row => owners[new JobOwner(row.GetString(1), row.GetString(2))] = row.GetInt64(0), cancellationToken);
    }

    private static Task<bool> ReadAsync(
        PostgreSqlTransaction transaction, RoundTrip trip, Action<NpgsqlDataReader> read, CancellationToken cancellationToken) =>
        transaction.RunAsync(
            trip,
            async reader =>
            {
                while (await reader.ReadAsync(cancellationToken))
                {
                    read(reader);
                }

                return true;
            },
            cancellationToken);

    /// <summary>Writes the values of one row, null where there is none.</summary>
    private sealed class RowWriter(NpgsqlBinaryImporter importer, CancellationToken cancellationToken)
    {
        public Task Uuid(Guid value) => importer.WriteAsync(value, NpgsqlDbType.Uuid, cancellationToken);

        public Task Uuids(Guid[] values) => importer.WriteAsync(values, NpgsqlDbType.Array | NpgsqlDbType.Uuid, cancellationToken);

        public Task Boolean(bool value) => importer.WriteAsync(value, NpgsqlDbType.Boolean, cancellationToken);

        public Task Smallint(short value) => importer.WriteAsync(value, NpgsqlDbType.Smallint, cancellationToken);

        public Task Integer(int? value) => value is { } given ? importer.WriteAsync(given, NpgsqlDbType.Integer, cancellationToken) : Null();

        public Task Bigint(long? value) => value is { } given ? importer.WriteAsync(given, NpgsqlDbType.Bigint, cancellationToken) : Null();

        public Task Instant(DateTimeOffset? value) => Bigint(value?.ToUnixTimeMilliseconds());

        public Task Text(string? value) => value is { } given ? importer.WriteAsync(given, NpgsqlDbType.Text, cancellationToken) : Null();

        /// <summary>UTF-8; empty is null.</summary>
        public Task Text(ReadOnlyMemory<byte> utf8) => Text(utf8.IsEmpty ? null : Encoding.UTF8.GetString(utf8.Span));

        /// <summary>Empty is null.</summary>
        public Task Bytea(ReadOnlyMemory<byte> value) =>
            value.IsEmpty ? Null() : importer.WriteAsync(value, NpgsqlDbType.Bytea, cancellationToken);

        public Task Byteas(byte[][]? values) =>
            values is null ? Null() : importer.WriteAsync(values, NpgsqlDbType.Array | NpgsqlDbType.Bytea, cancellationToken);

        private Task Null() => importer.WriteNullAsync(cancellationToken);
    }
}
