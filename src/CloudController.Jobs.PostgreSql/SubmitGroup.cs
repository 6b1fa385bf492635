using CloudController.Jobs.Storage;
using Npgsql;

namespace CloudController.Jobs.PostgreSql;

/// <summary>Submissions that are committed together, each accepted or refused for itself.</summary>
internal sealed class SubmitGroup
{
    private const int MostRows = 2_000;

    private readonly List<SubmitOperation> operations = [];
    private readonly HashSet<(JobOwner Owner, string Key)> keys = [];
    private readonly HashSet<JobOwner> owners = [];
    private readonly HashSet<JobOwner> countedOwners = [];
    private int rows;

    public IReadOnlyList<SubmitOperation> Operations => operations;

    /// <summary>How many jobs it holds.</summary>
    public int Rows => rows;

    public bool IsFull => rows >= MostRows;

    /// <summary>Whether something in it may be refused: by a key, or because its owner has too many open.</summary>
    public bool IsChecked => keys.Count > 0 || countedOwners.Count > 0;

    /// <summary>Takes a submission in, unless it has to wait for one that is in already: for a key of its own to be held or freed, or for its owner's
    /// open jobs to be counted anew.</summary>
    public bool TryAdd(SubmitOperation operation, OpenJobs open)
    {
        var owner = operation.Owner;
        var hasRoom = open.HasRoom(owner, operation.Jobs.Count, operation.MostOpen);
        if (countedOwners.Contains(owner) || (!hasRoom && owners.Contains(owner)))
        {
            return false;
        }

        var own = operation.HasKeys
            ? operation.Jobs.Where(job => job.Key is not null).Select(job => (owner, job.Key!.Value)).ToHashSet()
            : [];
        if (keys.Overlaps(own))
        {
            return false;
        }

        keys.UnionWith(own);
        owners.Add(owner);
        if (!hasRoom)
        {
            countedOwners.Add(owner);
        }
        else
        {
            // Taken at once, whatever becomes of it: the next group may be gathered before this one is kept.
            open.Add(owner, operation.Jobs.Count);
        }

        operations.Add(operation);
        rows += operation.Jobs.Count;
        return true;
    }

    /// <summary>What it changes if all of it is accepted.</summary>
    public Changes Changes()
    {
        var changes = new Changes();
        foreach (var job in operations.SelectMany(operation => operation.Jobs))
        {
            changes.Submitted(job.Guid, JobLifecycle.Submitted(job));
        }

        return changes;
    }

    /// <summary>One round trip that keeps the group. Lanes and owners must have their numbers.</summary>
    /// <param name="queries">The statements.</param>
    /// <param name="names">The numbers.</param>
    /// <param name="hint">What other nodes are told once it is kept, if anything.</param>
    public RoundTrip Statements(PostgreSqlQueries queries, PostgreSqlNames names, string? hint)
    {
        var jobs = operations.SelectMany(operation => operation.Jobs).ToArray();
        var trip = new RoundTrip { IsPrepared = true };
        if (countedOwners.Count > 0)
        {
            trip.Add(queries.LockOwners).Bind("owners", [.. countedOwners.Select(names.OwnerId)]);
        }

        if (keys.Count > 0)
        {
            trip.Add(queries.InsertKeys)
                .Bind("owners", Array.ConvertAll(jobs, job => names.OwnerId(job.Owner)))
                .Bind("keys", Array.ConvertAll(jobs, job => job.Key?.Value))
                .Bind("fingerprints", Array.ConvertAll(jobs, job => job.Key?.Fingerprint.ToArray()))
                .Bind("guids", Array.ConvertAll(jobs, job => job.Guid));
        }

        if (IsChecked)
        {
            BindChecks(BindJobs(trip.Add(queries.SubmitChecked), jobs, names), jobs);
        }
        else
        {
            new OwnedJobs(jobs, names).Bind(BindJobs(trip.Add(queries.InsertJobs), jobs, names));
        }

        AddLabels(trip, queries, jobs);
        if (hint is not null)
        {
            trip.Add(PostgreSqlQueries.NotifyWithin).Bind("channel", queries.Channel).Bind("message", hint);
        }

        return trip;
    }

    /// <summary>What became of each submission, from what <see cref="PostgreSqlQueries.SubmitChecked"/> returned; without it all are
    /// accepted.</summary>
    public async Task<Submission[]> ReadAsync(NpgsqlDataReader reader, OpenJobs open)
    {
        if (!IsChecked)
        {
            return [.. operations.Select(Accept)];
        }

        if (countedOwners.Count > 0)
        {
            // The locks' own result.
            await reader.NextResultAsync();
        }

        var submissions = new Submission[operations.Count];
        for (var index = 0; index < submissions.Length; index++)
        {
            submissions[index] = await ReadAsync(reader, operations[index], open);
        }

        return submissions;
    }

    private static Submission.Accepted Accept(SubmitOperation operation) =>
        new([.. operation.Jobs.Select(job => new SubmittedJob(job.Guid, Created: true))]);

    private static async Task<Submission> ReadAsync(NpgsqlDataReader reader, SubmitOperation operation, OpenJobs open)
    {
        var held = new SubmittedJob[operation.Jobs.Count];
        long? firstPlace = null, conflict = null, counted = null;
        var accepted = false;
        for (var index = 0; index < held.Length; index++)
        {
            if (!await reader.ReadAsync())
            {
                throw new InvalidDataException("A submitted job's row is missing.");
            }

            firstPlace ??= reader.GetInt64(0);
            held[index] = new SubmittedJob(reader.GetGuid(1), Created: reader.GetBoolean(2));
            (conflict, counted, accepted) = (reader.NullableInt64(3), reader.NullableInt64(4), reader.GetBoolean(5));
        }

        if (counted is { } known)
        {
            open.Counted(operation.Owner, known + (accepted ? held.Count(job => job.Created) : 0));
        }

        if (accepted)
        {
            return new Submission.Accepted(held);
        }

        return conflict is { } place ? new Submission.KeyConflict((int)(place - firstPlace!.Value)) : new Submission.TooManyOpen((int)(counted ?? 0));
    }

    private static StatementParameters BindJobs(StatementParameters parameters, NewJob[] jobs, PostgreSqlNames names)
    {
        var shares = new SubmitShares(names);
        return shares.Bind(parameters
            .Bind("guids", Array.ConvertAll(jobs, job => job.Guid))
            .Bind("arguments", Array.ConvertAll(jobs, job => StoredText.Bytes(job.Arguments)))
            .Bind("resource_guids", Array.ConvertAll(jobs, job => StoredText.Utf8(job.Resource?.Guid)))
            .Bind("keys", Array.ConvertAll(jobs, job => job.Key?.Value))
            .Bind("shares", Array.ConvertAll(jobs, shares.PlaceOf)));
    }

    private void BindChecks(StatementParameters parameters, NewJob[] jobs)
    {
        var submissions = new int[jobs.Length];
        var keyPlaces = new int[jobs.Length];
        var mostOpens = new long?[jobs.Length];
        var index = 0;
        for (var submission = 0; submission < operations.Count; submission++)
        {
            var operation = operations[submission];
            var used = new Dictionary<string, int>(StringComparer.Ordinal);
            foreach (var job in operation.Jobs)
            {
                submissions[index] = submission;
                mostOpens[index] = countedOwners.Contains(operation.Owner) ? operation.MostOpen : null;
                if (job.Key is { } key)
                {
                    keyPlaces[index] = used[key.Value] = used.GetValueOrDefault(key.Value) + 1;
                }

                index++;
            }
        }

        parameters
            .Bind("submissions", submissions)
            .Bind("key_places", keyPlaces)
            .Bind("fingerprints", Array.ConvertAll(jobs, job => job.Key?.Fingerprint.ToArray()))
            .Bind("most_opens", mostOpens);
    }

    private static void AddLabels(RoundTrip trip, PostgreSqlQueries queries, NewJob[] jobs)
    {
        var labels = jobs.SelectMany(job => job.Metadata.Labels.Select(label => (job.Guid, label.Key, label.Value))).ToArray();
        if (labels.Length > 0)
        {
            trip.Add(queries.InsertLabels)
                .Bind("guids", Array.ConvertAll(labels, label => label.Guid))
                .Bind("keys", Array.ConvertAll(labels, label => (string?)label.Key))
                .Bind("values", Array.ConvertAll(labels, label => (string?)label.Value));
        }
    }
}
