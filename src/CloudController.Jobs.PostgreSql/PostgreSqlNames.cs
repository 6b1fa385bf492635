using System.Collections.Concurrent;
using Npgsql;

namespace CloudController.Jobs.PostgreSql;

/// <summary>A queue and an operation: jobs are claimed lane by lane.</summary>
internal readonly record struct Lane(string Queue, string Operation);

/// <summary>Remembers which lanes and owners stand behind the numbers that rows hold. Neither is ever taken away, so that what is remembered stays
/// right whatever other nodes do.</summary>
internal sealed class PostgreSqlNames(PostgreSqlDatabase database, PostgreSqlQueries queries)
{
    private const int MostOwners = 100_000;

    private readonly ConcurrentDictionary<long, Lane> lanes = new();
    private readonly ConcurrentDictionary<Lane, long> laneIds = new();
    private readonly Lock gate = new();
    private volatile KnownOwners known = new();
    private volatile KnownOwners knownBefore = new();

    /// <summary>The jobs with their names.</summary>
    public async Task<Job[]> NameAsync(IReadOnlyList<JobRow> rows, CancellationToken cancellationToken)
    {
        await LoadAsync(rows, cancellationToken);
        return [.. rows.Select(Name)];
    }

    /// <summary>Whatever names the rows need are known afterwards.</summary>
    public async Task LoadAsync(IReadOnlyList<JobRow> rows, CancellationToken cancellationToken)
    {
        var missingLanes = rows.Where(row => !lanes.ContainsKey(row.Lane)).Select(row => row.Lane).Distinct().ToArray();
        if (missingLanes.Length > 0)
        {
            await LoadAsync(RoundTrip.Of(queries.FindLanes, parameters => parameters.Bind("ids", missingLanes)), RememberLane, cancellationToken);
        }

        var missingOwners = rows.Select(row => row.Owner).Concat(rows.Select(row => row.Holder).OfType<long>())
            .Distinct().Where(owner => FindOwner(owner) is null).ToArray();
        if (missingOwners.Length > 0)
        {
            await LoadAsync(RoundTrip.Of(queries.FindOwners, parameters => parameters.Bind("ids", missingOwners)), RememberOwner, cancellationToken);
        }
    }

    /// <summary>A job whose names are known.</summary>
    public Job Name(JobRow row)
    {
        if (!lanes.TryGetValue(row.Lane, out var lane) || FindOwner(row.Owner) is not { } owner)
        {
            throw new InvalidDataException("A job's lane or owner is missing.");
        }

        return row.Job with { Operation = lane.Operation, Queue = lane.Queue, Owner = owner };
    }

    /// <summary>A lane's names.</summary>
    public async ValueTask<Lane> LaneAsync(long id, CancellationToken cancellationToken)
    {
        if (!lanes.TryGetValue(id, out var lane))
        {
            await LoadAsync(RoundTrip.Of(queries.FindLanes, parameters => parameters.Bind("ids", [id])), RememberLane, cancellationToken);
            lane = lanes[id];
        }

        return lane;
    }

    /// <summary>Who took a job's last lease, whose name is known.</summary>
    public JobOwner? Holder(JobRow row) =>
        row.Holder is { } holder ? FindOwner(holder) ?? throw new InvalidDataException("A lease's holder is missing.") : null;

    /// <summary>The one lane that is known of those served, if one is.</summary>
    public long? OnlyLane(IReadOnlyCollection<string> operations, IReadOnlyList<string>? queues)
    {
        long? only = null;
        foreach (var (lane, id) in laneIds)
        {
            if (operations.Contains(lane.Operation) && (queues is null || queues.Contains(lane.Queue)))
            {
                if (only is not null)
                {
                    return null;
                }

                only = id;
            }
        }

        return only;
    }

    /// <summary>Lanes that were read with something else.</summary>
    public void Remember(IEnumerable<KeyValuePair<long, Lane>> found)
    {
        foreach (var (id, lane) in found)
        {
            Remember(id, lane);
        }
    }

    /// <summary>An owner's number; made where nobody has.</summary>
    public async Task<long> MakeAsync(JobOwner owner, CancellationToken cancellationToken)
    {
        if (FindOwnerId(owner) is { } known)
        {
            return known;
        }

        await MakeAsync([owner], cancellationToken);
        return OwnerId(owner);
    }

    /// <summary>Makes lanes and owners that new jobs need and nobody has made; afterwards all have numbers.</summary>
    public async Task MakeAsync(IEnumerable<NewJob> jobs, CancellationToken cancellationToken)
    {
        HashSet<Lane>? newLanes = null;
        HashSet<JobOwner>? newOwners = null;
        foreach (var job in jobs)
        {
            var lane = new Lane(job.Queue, job.Operation);
            if (!laneIds.ContainsKey(lane))
            {
                (newLanes ??= []).Add(lane);
            }

            if (FindOwnerId(job.Owner) is null)
            {
                (newOwners ??= []).Add(job.Owner);
            }
        }

        if (newLanes is not null)
        {
            string[] queues = [.. newLanes.Select(lane => lane.Queue)], operations = [.. newLanes.Select(lane => lane.Operation)];
            var trip = new RoundTrip();
            trip.Add(queries.InsertLanes).Bind("queues", queues).Bind("operations", operations);
            trip.Add(queries.FindLaneIds).Bind("queues", queues).Bind("operations", operations);
            await LoadAsync(trip, RememberLane, cancellationToken);
        }

        if (newOwners is not null)
        {
            await MakeAsync(newOwners, cancellationToken);
        }
    }

    private Task<bool> MakeAsync(HashSet<JobOwner> newOwners, CancellationToken cancellationToken)
    {
        string[] issuers = [.. newOwners.Select(owner => owner.Issuer)], subjects = [.. newOwners.Select(owner => owner.Subject)];
        var trip = new RoundTrip();
        trip.Add(queries.InsertOwners).Bind("issuers", issuers).Bind("subjects", subjects);
        trip.Add(queries.FindOwnerIds).Bind("issuers", issuers).Bind("subjects", subjects);
        return LoadAsync(trip, RememberOwner, cancellationToken);
    }

    public long LaneId(NewJob job) => laneIds[new Lane(job.Queue, job.Operation)];

    public long OwnerId(JobOwner owner) => FindOwnerId(owner) ?? throw new InvalidOperationException("An owner has no number.");

    private JobOwner? FindOwner(long id) =>
        known.Names.TryGetValue(id, out var owner) || knownBefore.Names.TryGetValue(id, out owner) ? owner : null;

    private long? FindOwnerId(JobOwner owner) => known.Ids.TryGetValue(owner, out var id) || knownBefore.Ids.TryGetValue(owner, out id) ? id : null;

    private Task<bool> LoadAsync(RoundTrip trip, Action<NpgsqlDataReader> remember, CancellationToken cancellationToken) => database.RunAsync(
        trip,
        async reader =>
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                remember(reader);
            }

            return true;
        },
        cancellationToken);

    private void RememberLane(NpgsqlDataReader row) => Remember(row.GetInt64(0), new Lane(row.GetString(1), row.GetString(2)));

    private void Remember(long id, Lane lane)
    {
        lanes[id] = lane;
        laneIds[lane] = id;
    }

    // What was remembered before the last so many owners is forgotten, in two steps, so that nothing goes while it is being used.
    private void RememberOwner(NpgsqlDataReader row)
    {
        lock (gate)
        {
            if (known.Names.Count >= MostOwners)
            {
                (knownBefore, known) = (known, new KnownOwners());
            }

            var (id, owner) = (row.GetInt64(0), new JobOwner(row.GetString(1), row.GetString(2)));
            known.Names[id] = owner;
            known.Ids[owner] = id;
        }
    }

    private sealed class KnownOwners
    {
        public ConcurrentDictionary<long, JobOwner> Names { get; } = new();

        public ConcurrentDictionary<JobOwner, long> Ids { get; } = new();
    }
}
