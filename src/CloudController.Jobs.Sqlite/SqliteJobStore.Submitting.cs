using CloudController.Jobs.Storage;

namespace CloudController.Jobs.Sqlite;

public sealed partial class SqliteJobStore
{
    private const int GuidBytes = 16;

    /// <inheritdoc/>
    public Task<Submission> SubmitAsync(IReadOnlyList<NewJob> jobs, int maxOpenPerOwner, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(jobs);
        ArgumentOutOfRangeException.ThrowIfZero(jobs.Count, nameof(jobs));
        return Writer.RunAsync(write => Submit(write, jobs, maxOpenPerOwner), jobs.Count, cancellationToken);
    }

    private static Submission Submit(WriteScope write, IReadOnlyList<NewJob> jobs, int maxOpenPerOwner)
    {
        var held = new SubmittedJob[jobs.Count];
        var keys = new Dictionary<string, KeyUse>(StringComparer.Ordinal);
        var known = write.Names.FindOwner(write.Session, jobs[0].Owner);
        var created = 0;
        for (var index = 0; index < held.Length; index++)
        {
            var (guid, key) = (jobs[index].Guid, jobs[index].Key);
            held[index] = new SubmittedJob(guid, Created: true);
            if (key is not null)
            {
                if (!keys.TryGetValue(key.Value, out var use))
                {
                    use = KeyUse.Find(write, known, key);
                    keys.Add(key.Value, use);
                }

                if (!use.Fingerprint.Span.SequenceEqual(key.Fingerprint.Span))
                {
                    return new Submission.KeyConflict(index);
                }

                held[index] = use.Take(guid);
            }

            created += held[index].Created ? 1 : 0;
        }

        var open = known is { } one ? write.OpenJobs.Of(one) : 0;
        if (created > 0 && open + created > maxOpenPerOwner)
        {
            return new Submission.TooManyOpen(open);
        }

        if (created > 0)
        {
            Insert(write, jobs, held, keys);
        }

        return new Submission.Accepted(held);
    }

    private static void Insert(WriteScope write, IReadOnlyList<NewJob> jobs, SubmittedJob[] held, Dictionary<string, KeyUse> keys)
    {
        var owner = write.Names.OwnerId(write.Session, jobs[0].Owner);
        var created = 0;
        for (var index = 0; index < held.Length; index++)
        {
            if (held[index].Created)
            {
                Insert(write, jobs[index], owner);
                created++;
            }
        }

        foreach (var (key, use) in keys)
        {
            if (use.IsNew)
            {
                write.Statement(SqliteQueries.InsertKey).Bind(owner).Bind(key).BindBlob(use.Fingerprint.Span).BindBlob(use.Bytes()).Run();
            }
        }

        write.OpenJobs.Add(owner, created);
    }

    private static void Insert(WriteScope write, NewJob job, long owner)
    {
        var life = JobLifecycle.Submitted(job);
        var arguments = job.Arguments.Span;
        var apart = arguments.Length > JobRow.LongestInline;
        write.Statement(SqliteQueries.InsertJob)
            .Bind(job.Guid).Bind((long)life.Phase).Bind(job.CreatedAt).Bind(life.RunAt).Bind(life.MaxAttempts)
            .Bind(write.Names.LaneId(write.Session, job.Queue, job.Operation)).Bind(owner).Bind(job.Priority).Bind(job.CreatedAt).Bind(life.ExpiresAt)
            .Bind((long)job.Timeout.TotalMilliseconds).Bind(apart ? JobRow.ArgumentsBody : 0).BindBlob(apart ? default : arguments)
            .Bind(job.RequestId).Bind(job.TraceParent).Bind(job.Resource?.Guid).Bind(job.Key?.Value).BindText(JobDetails.From(job))
            .Bind(job.Callback?.Host)
            .Run();

        var id = write.Session.LastRowId;
        if (apart)
        {
            write.Statement(SqliteQueries.InsertPayload).Bind(id).Bind(JobRow.ArgumentsBody).BindBlob(arguments).Run();
        }

        foreach (var (key, value) in job.Metadata.Labels)
        {
            write.Statement(SqliteQueries.InsertLabel).Bind(id).Bind(key).Bind(value).Run();
        }

        write.Changed(job.Guid, life.Phase, life.RunAt);
        if (life.ExpiresAt is { } expiresAt)
        {
            write.FallsDue(expiresAt);
        }
    }

    /// <summary>An idempotency key within one submission: what it holds already, or what it is to hold.</summary>
    private sealed class KeyUse(ReadOnlyMemory<byte> fingerprint, bool isNew)
    {
        private readonly List<Guid> jobs = [];
        private int taken;

        public ReadOnlyMemory<byte> Fingerprint => fingerprint;

        public bool IsNew => isNew;

        public static KeyUse Find(WriteScope write, long? owner, IdempotencyKey key)
        {
            if (owner is null)
            {
                return new KeyUse(key.Fingerprint, isNew: true);
            }

            using var find = write.Statement(SqliteQueries.FindKey);
            find.Bind(owner).Bind(key.Value);
            if (!find.Step())
            {
                return new KeyUse(key.Fingerprint, isNew: true);
            }

            var use = new KeyUse(find.Bytes(0).ToArray(), isNew: false);
            for (var bytes = find.Bytes(1); bytes.Length >= GuidBytes; bytes = bytes[GuidBytes..])
            {
                use.jobs.Add(new Guid(bytes[..GuidBytes], bigEndian: true));
            }

            return use;
        }

        /// <summary>The job that is held for the next one submitted under the key.</summary>
        public SubmittedJob Take(Guid submitted)
        {
            if (!isNew)
            {
                return new SubmittedJob(jobs[Math.Min(taken++, jobs.Count - 1)], Created: false);
            }

            jobs.Add(submitted);
            return new SubmittedJob(submitted, Created: true);
        }

        public byte[] Bytes()
        {
            var bytes = new byte[jobs.Count * GuidBytes];
            for (var index = 0; index < jobs.Count; index++)
            {
                jobs[index].TryWriteBytes(bytes.AsSpan(index * GuidBytes), bigEndian: true, out _);
            }

            return bytes;
        }
    }
}
