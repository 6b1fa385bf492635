using System.Buffers.Binary;
using System.Security.Cryptography;
using CloudController.Jobs.Storage;

namespace CloudController.Jobs.Sqlite;

/// <summary>Finds what a worker may take, and leases it. Lanes that nobody here serves cost one index step each, however many jobs wait in them.</summary>
internal static class SqliteClaim
{
    /// <summary>Leases up to <see cref="ClaimRequest.Limit"/> jobs, in the order in which they should start.</summary>
    public static List<ClaimedJob> Take(WriteScope write, ClaimRequest request, SqliteQueueRules rules)
    {
        var found = new List<ClaimedJob>();
        var lanes = FindLanes(write, request, rules);
        var nonce = NewNonce();
        if (request.Queues is null)
        {
            Merge(write, request, nonce, lanes, rules, found);
        }
        else
        {
            foreach (var queue in request.Queues.Distinct(StringComparer.Ordinal))
            {
                Merge(write, request, nonce, lanes.Where(lane => lane.Queue == queue), rules, found);
            }
        }

        if (found.Count > 0)
        {
            Lease(write, request, nonce, found);
        }

        return found;
    }

    // One for all of a claim: a lease is named by job and run, too.
    private static long NewNonce()
    {
        Span<byte> random = stackalloc byte[sizeof(long)];
        RandomNumberGenerator.Fill(random);
        return BinaryPrimitives.ReadInt64LittleEndian(random);
    }

    private static List<Head> FindLanes(WriteScope write, ClaimRequest request, SqliteQueueRules rules)
    {
        var operations = request.Operations as IReadOnlySet<string> ?? request.Operations.ToHashSet(StringComparer.Ordinal);
        var pausedOperations = FindPausedOperations(write);
        var lanes = new List<Head>();
        using var next = write.Statement(SqliteQueries.NextClaimableLane);
        for (var last = 0L; ; next.Dispose())
        {
            next.Bind(last);
            if (!next.Step())
            {
                return lanes;
            }

            last = next.Int64(0);
            var lane = write.Names.Lane(write.Session, last);
            if (operations.Contains(lane.Operation) && !rules.IsPaused(lane.Queue) && !pausedOperations.Contains(lane.Operation))
            {
                lanes.Add(new Head(last, lane.Queue, new Place(next.Int64(1), next.Int64(2), next.Int64(3))));
            }
        }
    }

    private static HashSet<string> FindPausedOperations(WriteScope write)
    {
        var paused = new HashSet<string>(StringComparer.Ordinal);
        using var row = write.Statement(SqliteQueries.AllOperations);
        while (row.Step())
        {
            if (!row.IsNull(1))
            {
                paused.Add(row.Text(0));
            }
        }

        return paused;
    }

    // Each lane is in order; the lane whose next job comes first is read until another's would come before.
    private static void Merge(
        WriteScope write, ClaimRequest request, long nonce, IEnumerable<Head> lanes, SqliteQueueRules rules, List<ClaimedJob> found)
    {
        var heads = new PriorityQueue<(long Lane, string Queue), Place>(lanes.Select(lane => ((lane.Lane, lane.Queue), lane.Next)));
        while (found.Count < request.Limit && heads.TryDequeue(out var head, out var from))
        {
            var room = rules.RoomOf(head.Queue, write);
            if (room == 0)
            {
                continue;
            }

            var before = found.Count;
            var most = Math.Min(request.Limit, before + room);
            var until = heads.TryPeek(out _, out var other) ? other : Place.Last;
            if (Read(write, request, nonce, (head.Lane, from, until), most, found) is { } rest)
            {
                heads.Enqueue(head, rest);
            }

            rules.Started(head.Queue, found.Count - before);
        }
    }

    /// <returns>Where the lane goes on; <see langword="null"/>: nowhere.</returns>
    private static Place? Read(
        WriteScope write, ClaimRequest request, long nonce, (long Lane, Place From, Place Until) part, long most, List<ClaimedJob> found)
    {
        var (lane, from, until) = part;
        using var row = write.Statement(SqliteQueries.Claimable);
        row.Bind(lane).Bind(from.Priority).Bind(from.RunAt).Bind(from.Id).Bind(write.Now).Bind(most - found.Count + 1);
        while (row.Step())
        {
            var place = new Place(row.Int64(JobRow.Priority), row.Int64(JobRow.RunAt), row.Int64(JobRow.Id));
            if (found.Count == most || place.CompareTo(until) > 0)
            {
                return place;
            }

            if (JobRow.ReadLifecycle(row).Claim(write.Now, request.Lease) is { } life)
            {
                var job = JobRow.ReadWithArguments(row, write.Names, write.Session, life, write.Now);
                found.Add(new ClaimedJob(new LeaseId(place.Id, life.Run, nonce), job) { Holder = request.Holder, Worker = request.Worker });
            }
        }

        return null;
    }

    private static void Lease(WriteScope write, ClaimRequest request, long nonce, List<ClaimedJob> found)
    {
        long? holder = request.Holder is { } owner ? write.Names.OwnerId(write.Session, owner) : null;
        write.Statement(SqliteQueries.Lease)
            .Bind(write.Now).Bind(write.Now + request.Lease).Bind(nonce).Bind(request.Worker).Bind(holder).Bind((long)request.Lease.TotalMilliseconds)
            .Bind(JsonList.Of(found.Select(job => job.Lease.Job)))
            .Run();
        foreach (var claimed in found)
        {
            write.Changed(claimed.Job.Guid);
        }
    }

    private readonly record struct Head(long Lane, string Queue, Place Next);

    /// <summary>A place in the order in which jobs are claimed.</summary>
    private readonly record struct Place(long Priority, long RunAt, long Id) : IComparable<Place>
    {
        public static readonly Place Last = new(long.MaxValue, long.MaxValue, long.MaxValue);

        public int CompareTo(Place other) => (Priority, RunAt, Id).CompareTo((other.Priority, other.RunAt, other.Id));
    }
}
