using System.Text;
using CloudController.Jobs.Storage;
using Npgsql;

namespace CloudController.Jobs.PostgreSql;

/// <summary>A job as a row holds it: with numbers where <see cref="PostgreSqlNames"/> has the names.</summary>
/// <param name="Job">Without queue, operation, owner, arguments and result.</param>
/// <param name="Lane">Number of its queue and operation.</param>
/// <param name="Owner">Number of its owner.</param>
/// <param name="Id">Its place in the order of submission.</param>
/// <param name="Nonce">Of its lease, if it runs.</param>
/// <param name="Worker">Who ran it last.</param>
/// <param name="Holder">Number of who took its last lease; none for a run in process.</param>
internal sealed record JobRow(Job Job, long Lane, long Owner, long Id, long? Nonce, string? Worker, long? Holder)
{
    /// <summary>How many columns <see cref="PostgreSqlQueries.JobColumns"/> are; others follow.</summary>
    public const int Columns = 37;

    private static readonly JobOwner Unnamed = new("", "");

    /// <summary>Reads the columns that <see cref="PostgreSqlQueries.JobColumns"/> lists, and the arguments where they follow.</summary>
    public static JobRow Read(NpgsqlDataReader row, bool hasArguments = false)
    {
        var details = row.IsDBNull(31) ? null : JobDetails.Read(Encoding.UTF8.GetBytes(row.GetString(31)));
        var job = new Job
        {
            Guid = row.GetGuid(0),
            CreatedAt = row.Instant(4),
            UpdatedAt = row.Instant(12),
            Operation = "",
            Queue = "",
            Priority = row.GetInt16(11),
            Owner = Unnamed,
            Lifecycle = ReadLifecycle(row),
            Backoff = details?.Backoff ?? Backoff.Default,
            Timeout = TimeSpan.FromMilliseconds(row.GetInt64(22)),
            Resource = row.NullableUtf8(28) is { } resource ? new JobResource(details?.ResourceType ?? "", resource, details?.ResourceUrl) : null,
            Metadata = details is { Labels: null, Annotations: null } or null
                ? JobMetadata.None
                : new(details.Labels ?? [], details.Annotations ?? []),
            Callback = details?.Callback,
            Callbacks = row.IsDBNull(36) ? [] : JobJson.Callbacks(Encoding.UTF8.GetBytes(row.GetString(36))),
            Progress = row.IsDBNull(25) ? null : new JobProgress(row.GetInt32(25), row.NullableUtf8(26)),
            Warnings = row.IsDBNull(27) ? [] : Array.ConvertAll(row.GetFieldValue<byte[][]>(27), Encoding.UTF8.GetString),
            RequestId = row.NullableText(29),
            TraceParent = row.NullableText(30),
            Arguments = hasArguments ? row.Bytes(Columns) : default,
        };
        return new JobRow(
            job, row.GetInt64(9), row.GetInt64(10), row.GetInt64(1), row.NullableInt64(32), row.NullableText(33), row.NullableInt64(35));
    }

    private static JobLifecycle ReadLifecycle(NpgsqlDataReader row) => new()
    {
        Phase = (JobPhase)row.GetInt16(2),
        Run = row.GetInt32(3),
        RunAt = row.Instant(5),
        MaxAttempts = row.GetInt32(6),
        AttemptsForgiven = row.GetInt32(7),
        Errors = row.Errors(8),
        StartedAt = row.NullableInstant(13),
        RunStartedAt = row.NullableInstant(14),
        FinishedAt = row.NullableInstant(15),
        ExpiresAt = row.NullableInstant(16),
        Attempt = row.GetInt32(17),
        AttemptsSpent = row.GetInt32(18),
        LostRuns = row.GetInt32(19),
        Polled = row.GetBoolean(20),
        Used = TimeSpan.FromMilliseconds(row.GetInt64(21)),
        LeaseExpiresAt = row.NullableInstant(23),
        CancelRequestedAt = row.NullableInstant(24),
    };
}

/// <summary>Reads columns as the store keeps them.</summary>
internal static class PostgreSqlColumns
{
    public static DateTimeOffset Instant(this NpgsqlDataReader row, int column) => DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(column));

    public static DateTimeOffset? NullableInstant(this NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.Instant(column);

    public static long? NullableInt64(this NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetInt64(column);

    public static string? NullableText(this NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    public static string? NullableUtf8(this NpgsqlDataReader row, int column) =>
        row.IsDBNull(column) ? null : Encoding.UTF8.GetString(row.GetFieldValue<byte[]>(column));

    public static byte[] Bytes(this NpgsqlDataReader row, int column) => row.IsDBNull(column) ? [] : row.GetFieldValue<byte[]>(column);

    public static IReadOnlyList<JobError> Errors(this NpgsqlDataReader row, int column) =>
        row.IsDBNull(column) ? [] : JobJson.Errors(Encoding.UTF8.GetBytes(row.GetString(column)));
}
