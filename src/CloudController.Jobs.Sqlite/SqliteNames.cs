using System.Collections.Concurrent;

namespace CloudController.Jobs.Sqlite;

/// <summary>A queue and an operation: jobs are claimed lane by lane.</summary>
internal sealed record Lane(string Queue, string Operation);

/// <summary>Remembers which lanes and owners stand behind the numbers that rows hold. The readers share one; the writer has its own, which also knows
/// what its open transaction added.</summary>
internal sealed class SqliteNames
{
    private const int MostOwners = 100_000;

    private readonly ConcurrentDictionary<long, Lane> lanes = new();
    private readonly ConcurrentDictionary<long, JobOwner> owners = new();
    private readonly ConcurrentDictionary<Lane, long> laneIds = new();
    private readonly ConcurrentDictionary<JobOwner, long> ownerIds = new();

    public Lane Lane(SqliteSession session, long id)
    {
        if (lanes.TryGetValue(id, out var lane))
        {
            return lane;
        }

        using var find = session.Statement(SqliteQueries.FindLane);
        find.Bind(id);
        lane = find.Step() ? new Lane(find.Text(0), find.Text(1)) : throw new InvalidDataException("A job's lane is missing.");
        lanes[id] = lane;
        return lane;
    }

    public JobOwner Owner(SqliteSession session, long id)
    {
        if (owners.TryGetValue(id, out var owner))
        {
            return owner;
        }

        using var find = session.Statement(SqliteQueries.FindOwner);
        find.Bind(id);
        owner = find.Step() ? new JobOwner(find.Text(0), find.Text(1)) : throw new InvalidDataException("A job's owner is missing.");
        Remember(id, owner);
        return owner;
    }

    public long? FindOwner(SqliteSession session, JobOwner owner)
    {
        if (ownerIds.TryGetValue(owner, out var id))
        {
            return id;
        }

        using var find = session.Statement(SqliteQueries.FindOwnerId);
        find.Bind(owner.Issuer).Bind(owner.Subject);
        if (!find.Step())
        {
            return null;
        }

        id = find.Int64(0);
        Remember(id, owner);
        return id;
    }

    /// <summary>Only in the writer's transaction.</summary>
    public long OwnerId(SqliteSession session, JobOwner owner)
    {
        if (FindOwner(session, owner) is { } known)
        {
            return known;
        }

        session.Statement(SqliteQueries.InsertOwner).Bind(owner.Issuer).Bind(owner.Subject).Run();
        var id = session.LastRowId;
        Remember(id, owner);
        return id;
    }

    /// <summary>Only in the writer's transaction.</summary>
    public long LaneId(SqliteSession session, string queue, string operation)
    {
        var lane = new Lane(queue, operation);
        if (laneIds.TryGetValue(lane, out var id))
        {
            return id;
        }

        using (var find = session.Statement(SqliteQueries.FindLaneId))
        {
            find.Bind(queue).Bind(operation);
            id = find.Step() ? find.Int64(0) : 0;
        }

        if (id == 0)
        {
            session.Statement(SqliteQueries.InsertLane).Bind(queue).Bind(operation).Run();
            id = session.LastRowId;
        }

        laneIds[lane] = id;
        lanes[id] = lane;
        return id;
    }

    /// <summary>After a rollback: some of what is remembered may never have been kept.</summary>
    public void Forget()
    {
        lanes.Clear();
        laneIds.Clear();
        owners.Clear();
        ownerIds.Clear();
    }

    private void Remember(long id, JobOwner owner)
    {
        if (owners.Count >= MostOwners)
        {
            owners.Clear();
            ownerIds.Clear();
        }

        owners[id] = owner;
        ownerIds[owner] = id;
    }
}
