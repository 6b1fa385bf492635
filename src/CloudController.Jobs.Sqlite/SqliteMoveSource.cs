using CloudController.Jobs.Storage;
using CloudController.Jobs.Storage.Moving;

namespace CloudController.Jobs.Sqlite;

/// <summary>A store that no process has open, from which everything is read to be kept elsewhere. It holds the store until it is disposed.</summary>
internal sealed class SqliteMoveSource : IDisposable
{
    private const int GuidBytes = 16;

    private readonly SqliteDatabase database;
    private readonly SqliteSession session;
    private readonly TimeProvider time;
    private readonly SqliteNames names = new();

    private SqliteMoveSource(SqliteDatabase database, SqliteSession session, TimeProvider time) =>
        (this.database, this.session, this.time) = (database, session, time);

    /// <summary>What the store tells of its move; <see langword="null"/>: none was begun.</summary>
    public SqliteMove? Move => Guarded(() => SqliteMove.Find(session));

    /// <summary>Holds a store that is there and stopped.</summary>
    /// <exception cref="StoreInUseException">A process has it open.</exception>
    /// <exception cref="StoreUnavailableException">It is not there, or can't be read.</exception>
    /// <exception cref="StoreSchemaException">Its schema is newer than this program.</exception>
    public static SqliteMoveSource Open(SqliteStoreOptions options, TimeProvider time)
    {
        var database = new SqliteDatabase(options);
        if (!database.Exists)
        {
            throw new StoreUnavailableException($"there is no file {database.Path}.");
        }

        return Guarded(() =>
        {
            database.Hold();
            var session = database.OpenWriter();
            SqliteMigrations.After(SqliteMigrations.Version(session));
            return new SqliteMoveSource(database, session, time);
        });
    }

    public MovedCounts Count() => Guarded(() =>
    {
        using var count = session.Statement(SqliteMoveQueries.CountToMove);
        count.Step();
        return new MovedCounts(count.Int64(0), count.Int64(1), count.Int64(2), count.Int64(3));
    });

    /// <summary>How many jobs stand up to a place in the order of submission.</summary>
    public long CountUpTo(long place) => Guarded(() =>
    {
        using var count = session.Statement(SqliteMoveQueries.CountMovedJobs);
        count.Bind(place);
        return count.Step() ? count.Int64(0) : 0;
    });

    /// <summary>Brings the store's schema up to date, and marks it as being moved: it does not start any more.</summary>
    public void Begin(Guid token, string target) => Guarded(() =>
    {
        SqliteMigrations.Apply(session);
        session.Execute(SqliteMoveQueries.CreateMove);
        session.Statement(SqliteMoveQueries.BeginMove).Bind(token).Bind(target).Bind(time.GetUtcNow()).Run();
        return true;
    });

    /// <summary>Marks the store as moved, for good.</summary>
    public void Finish() => Guarded(() =>
    {
        session.Statement(SqliteMoveQueries.FinishMove).Bind(time.GetUtcNow()).Run();
        return true;
    });

    /// <summary>Takes the mark away, if the move has not been finished.</summary>
    public void GiveUp() => Guarded(() =>
    {
        session.Statement(SqliteMoveQueries.GiveUpMove).Run();
        return true;
    });

    /// <summary>Reads jobs in the order of submission, with all that belongs to them.</summary>
    /// <param name="after">The place after which to begin.</param>
    /// <param name="most">How many at most.</param>
    /// <param name="mostBytes">Of bodies and logs; the last job may go beyond.</param>
    public List<MovedJob> Read(long after, int most, long mostBytes) => Guarded(() =>
    {
        var jobs = new List<MovedJob>();
        using var row = session.Statement(SqliteMoveQueries.JobsToMove);
        row.Bind(after);
        for (long bytes = 0; jobs.Count < most && bytes < mostBytes && row.Step();)
        {
            var moved = Read(row);
            jobs.Add(moved);
            bytes += moved.Job.Arguments.Length + moved.Job.Result.Length + moved.Runs.Sum(run => (run.Log?.Length ?? 0) + (run.LogLines?.Length ?? 0));
        }

        return jobs;
    });

    public MovedSettings ReadSettings() => Guarded(() =>
    {
        var secrets = new List<KeyValuePair<string, byte[]>>();
        using var secret = session.Statement(SqliteMoveQueries.AllSecrets);
        while (secret.Step())
        {
            secrets.Add(new(secret.Text(0), secret.Bytes(1).ToArray()));
        }

        return new MovedSettings(
            Read(SqliteQueries.AllQueues, Known.ReadQueue), Read(SqliteQueries.AllOperations, Known.ReadOperation), ReadStarts(), secrets, ReadActivity());
    });

    public void Dispose()
    {
        session.Dispose();
        database.Dispose();
    }

    private MovedJob Read(SqliteStatement row)
    {
        var place = row.Int64(JobRow.Id);
        var job = JobRow.ReadWhole(row, names, session);
        var isRunning = job.Lifecycle.Phase == JobPhase.Running;
        var key = row.NullableText(JobRow.Idempotency);
        return new MovedJob
        {
            Place = place,
            Job = job,
            Details = row.Bytes(JobRow.Details).ToArray(),
            Nonce = isRunning ? row.Int64(JobRow.Lease) : null,
            LeaseLength = isRunning && row.NullableInt64(JobRow.LeaseMilliseconds) is { } length ? TimeSpan.FromMilliseconds(length) : null,
            Worker = row.NullableText(JobRow.Worker),
            Holder = Owner(row.NullableInt64(JobRow.Holder)),
            CallbackDueAt = row.NullableInstant(JobRow.MovedCallbackDueAt),
            CallbackEnd = row.Int32(JobRow.MovedCallbackEnd),
            IdempotencyKey = key,
            HeldKey = key is null ? null : FindKey(row.Int64(JobRow.Owner), key, job.Guid),
            Labels = ReadLabels(place),
            Runs = ReadRuns(place),
        };
    }

    // A key goes with the first of its jobs. One that was freed and is held again is not this job's.
    private MovedKey? FindKey(long owner, string key, Guid job)
    {
        using var find = session.Statement(SqliteQueries.FindKey);
        find.Bind(owner).Bind(key);
        if (!find.Step())
        {
            return null;
        }

        var jobs = new List<Guid>();
        for (var bytes = find.Bytes(1); bytes.Length >= GuidBytes; bytes = bytes[GuidBytes..])
        {
            jobs.Add(new Guid(bytes[..GuidBytes], bigEndian: true));
        }

        return jobs[0] == job ? new MovedKey(new IdempotencyKey(key, find.Bytes(0).ToArray()), jobs) : null;
    }

    private List<KeyValuePair<string, string>> ReadLabels(long job)
    {
        var labels = new List<KeyValuePair<string, string>>();
        using var row = session.Statement(SqliteMoveQueries.LabelsToMove);
        row.Bind(job);
        while (row.Step())
        {
            labels.Add(new(row.Text(0), row.Text(1)));
        }

        return labels;
    }

    private List<MovedRun> ReadRuns(long job)
    {
        var runs = new List<MovedRun>();
        using var row = session.Statement(SqliteMoveQueries.RunsToMove);
        row.Bind(job);
        while (row.Step())
        {
            var run = new JobRun(
                row.Int32(0), row.Int32(1), row.Instant(2), row.NullableInstant(3), row.NullableText(4), JobJson.Errors(row.Bytes(5)),
                row.NullableText(6), Log: null, row.NullableText(8));
            runs.Add(new MovedRun
            {
                Run = run,
                Log = Bytes(row, 7),
                LogLines = Bytes(row, 13),
                Failure = row.NullableText(14),
                Nonce = row.NullableInt64(9),
                Holder = Owner(row.NullableInt64(10)),
                Action = Bytes(row, 11),
                JobAfter = Bytes(row, 12),
            });
        }

        return runs;
    }

    private List<MovedQueue> Read(string sql, Func<SqliteStatement, Known> read)
    {
        var moved = new List<MovedQueue>();
        using var row = session.Statement(sql);
        while (row.Step())
        {
            var known = read(row);
            moved.Add(new MovedQueue(known.Name, known.Pause, known.Limits ?? QueueLimits.None));
        }

        return moved;
    }

    private List<MovedStarts> ReadStarts()
    {
        var starts = new List<MovedStarts>();
        using var row = session.Statement(SqliteMoveQueries.AllStarts);
        while (row.Step())
        {
            starts.Add(new MovedStarts(row.Text(0), row.Instant(1), row.Int32(2)));
        }

        return starts;
    }

    private List<ActivityMinute> ReadActivity()
    {
        var minutes = new List<ActivityMinute>();
        using var row = session.Statement(SqliteMoveQueries.AllActivity);
        while (row.Step())
        {
            minutes.Add(new ActivityMinute(
                row.Instant(0), row.Int64(1), row.Int64(2), row.Int64(3), TimeSpan.FromMilliseconds(row.Int64(4)),
                TimeSpan.FromMilliseconds(row.Int64(5))));
        }

        return minutes;
    }

    private JobOwner? Owner(long? number) => number is { } owner ? names.Owner(session, owner) : null;

    private static byte[]? Bytes(SqliteStatement row, int column) => row.IsNull(column) ? null : row.Bytes(column).ToArray();

    private static T Guarded<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception exception) when (SqliteFaults.MeansUnavailable(exception))
        {
            throw SqliteFaults.Unavailable(exception);
        }
    }
}
