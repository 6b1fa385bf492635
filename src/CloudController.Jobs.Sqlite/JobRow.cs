using CloudController.Jobs.Storage;

namespace CloudController.Jobs.Sqlite;

/// <summary>Reads jobs from the columns that <see cref="SqliteQueries.JobColumns"/> lists.</summary>
internal static class JobRow
{
    public const int Id = 0;
    public const int Guid = 1;
    public const int Phase = 2;
    public const int Run = 3;
    public const int RunAt = 5;
    public const int Owner = 10;
    public const int Details = 31;
    public const int Priority = 11;
    public const int Lease = 33;
    public const int Worker = 34;
    public const int Idempotency = 35;

    /// <summary>Where a statement adds it to the columns of every job: who has the lease.</summary>
    public const int Holder = 39;

    /// <summary>Where a statement adds it: how long the lease was given for.</summary>
    public const int LeaseMilliseconds = 40;

    /// <summary>Where a statement adds it to the columns of every job: which of its ends is to be told.</summary>
    public const int CallbackEnd = 39;

    /// <summary>Where the statement of a move adds them: when its end is due to be told, and which of its ends that is.</summary>
    public const int MovedCallbackDueAt = 41;

    /// <summary>See <see cref="MovedCallbackDueAt"/>.</summary>
    public const int MovedCallbackEnd = 42;

    private const int UpdatedAt = 12;
    private const int Bodies = 32;
    private const int ArgumentsColumn = 36;
    private const int ResultColumn = 37;
    private const int CallbacksColumn = 38;

    /// <summary>Which of a job's bodies stand in a table of their own; the numbers are stored.</summary>
    public const int ArgumentsBody = 1;

    /// <summary>See <see cref="ArgumentsBody"/>.</summary>
    public const int ResultBody = 2;

    /// <summary>Longest body that stands in the job's own row.</summary>
    public const int LongestInline = 1_024;

    /// <summary>A job without arguments and result.</summary>
    public static Job Read(SqliteStatement row, SqliteNames names, SqliteSession session) =>
        Read(row, names, session, ReadLifecycle(row), row.Instant(UpdatedAt), default, default);

    /// <summary>A whole job.</summary>
    public static Job ReadWhole(SqliteStatement row, SqliteNames names, SqliteSession session)
    {
        var (arguments, result) = (Body(row, session, ArgumentsColumn, ArgumentsBody), Body(row, session, ResultColumn, ResultBody));
        return Read(row, names, session, ReadLifecycle(row), row.Instant(UpdatedAt), arguments, result);
    }

    /// <summary>A job with its arguments, at another point of its life: nothing is made twice where many are claimed.</summary>
    public static Job ReadWithArguments(
        SqliteStatement row, SqliteNames names, SqliteSession session, JobLifecycle life, DateTimeOffset updatedAt) =>
        Read(row, names, session, life, updatedAt, Body(row, session, ArgumentsColumn, ArgumentsBody), default);

    private static Job Read(
        SqliteStatement row, SqliteNames names, SqliteSession session, JobLifecycle life, DateTimeOffset updatedAt,
        ReadOnlyMemory<byte> arguments, ReadOnlyMemory<byte> result)
    {
        var lane = names.Lane(session, row.Int64(9));
        var details = JobDetails.Read(row.Bytes(Details));
        return new Job
        {
            Guid = row.Guid(Guid),
            CreatedAt = row.Instant(4),
            UpdatedAt = updatedAt,
            Operation = lane.Operation,
            Queue = lane.Queue,
            Priority = row.Int32(Priority),
            Owner = names.Owner(session, row.Int64(Owner)),
            Lifecycle = life,
            Arguments = arguments,
            Result = result,
            Backoff = details?.Backoff ?? Backoff.Default,
            Timeout = TimeSpan.FromMilliseconds(row.Int64(22)),
            Resource = row.NullableText(28) is { } resource ? new JobResource(details?.ResourceType ?? "", resource, details?.ResourceUrl) : null,
            Metadata = details is { Labels: null, Annotations: null } or null ? JobMetadata.None : new(details.Labels ?? [], details.Annotations ?? []),
            Callback = details?.Callback,
            Callbacks = JobJson.Callbacks(row.Bytes(CallbacksColumn)),
            Progress = row.IsNull(25) ? null : new JobProgress(row.Int32(25), row.NullableText(26)),
            Warnings = JobJson.Texts(row.Bytes(27)),
            RequestId = row.NullableText(29),
            TraceParent = row.NullableText(30),
        };
    }

    public static JobLifecycle ReadLifecycle(SqliteStatement row) => new()
    {
        Phase = (JobPhase)row.Int32(Phase),
        Run = row.Int32(Run),
        RunAt = row.Instant(RunAt),
        MaxAttempts = row.Int32(6),
        AttemptsForgiven = row.Int32(7),
        Errors = JobJson.Errors(row.Bytes(8)),
        StartedAt = row.NullableInstant(13),
        RunStartedAt = row.NullableInstant(14),
        FinishedAt = row.NullableInstant(15),
        ExpiresAt = row.NullableInstant(16),
        Attempt = row.Int32(17),
        AttemptsSpent = row.Int32(18),
        LostRuns = row.Int32(19),
        Polled = row.Bool(20),
        Used = TimeSpan.FromMilliseconds(row.Int64(21)),
        LeaseExpiresAt = row.NullableInstant(23),
        CancelRequestedAt = row.NullableInstant(24),
    };

    private static ReadOnlyMemory<byte> Body(SqliteStatement row, SqliteSession session, int column, int kind)
    {
        if ((row.Int64(Bodies) & kind) == 0)
        {
            return row.Bytes(column).ToArray();
        }

        using var payload = session.Statement(SqliteQueries.FindPayload);
        payload.Bind(row.Int64(Id)).Bind(kind);
        return payload.Step() ? payload.Bytes(0).ToArray() : throw new InvalidDataException("A job's body is missing.");
    }
}
