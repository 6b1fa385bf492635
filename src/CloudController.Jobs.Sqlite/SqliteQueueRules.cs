using CloudController.Jobs.Storage;

namespace CloudController.Jobs.Sqlite;

/// <summary>What holds up claims from queues, as one exchange sees it: pauses and limits. How far a limit is used up is counted where a claim comes upon a
/// job of its queue, and nowhere else.</summary>
internal sealed class SqliteQueueRules
{
    private readonly HashSet<string> paused = new(StringComparer.Ordinal);
    private readonly Dictionary<string, QueueLimits> limits = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (long Free, long Started)> rooms = new(StringComparer.Ordinal);
    private readonly HashSet<string> heldBack = new(StringComparer.Ordinal);

    public static SqliteQueueRules Read(SqliteSession session)
    {
        var rules = new SqliteQueueRules();
        using var row = session.Statement(SqliteQueries.AllQueues);
        while (row.Step())
        {
            rules.Add(Known.ReadQueue(row));
        }

        return rules;
    }

    public bool IsPaused(string queue) => paused.Contains(queue);

    /// <summary>Whether an end lets another job of its queue run.</summary>
    public bool FreesPlace(IReadOnlyList<Settlement> ends, SettleResult[] results)
    {
        for (var index = 0; limits.Count > 0 && index < results.Length; index++)
        {
            if (results[index] != SettleResult.LeaseLost && ends[index].Queue is { } queue && limits.GetValueOrDefault(queue)?.Concurrency is not null)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>How many jobs of a queue that has some to claim may be claimed still.</summary>
    public long RoomOf(string queue, WriteScope write)
    {
        if (!limits.TryGetValue(queue, out var limit))
        {
            return long.MaxValue - int.MaxValue;
        }

        if (!rooms.TryGetValue(queue, out var room))
        {
            rooms.Add(queue, room = (new SqliteRoom(write.Session, queue, limit, write.Now).Free, 0));
        }

        if (room.Free == 0)
        {
            heldBack.Add(queue);
        }

        return room.Free;
    }

    /// <summary>So many jobs of a queue were claimed.</summary>
    public void Started(string queue, int jobs)
    {
        if (rooms.TryGetValue(queue, out var room))
        {
            rooms[queue] = (room.Free - jobs, room.Started + jobs);
        }
    }

    /// <summary>Remembers what was claimed of queues with a rate.</summary>
    /// <returns>Where a rate held back what could have been claimed else: for how long still.</returns>
    public TimeSpan? KeepStarts(WriteScope write)
    {
        foreach (var (queue, room) in rooms)
        {
            if (room.Started > 0 && limits[queue].Rate is { } rate)
            {
                Keep(write, queue, rate, room.Started);
            }
        }

        return heldBack
            .Select(queue => new SqliteRoom(write.Session, queue, limits[queue], write.Now).NextStartAt - write.Now)
            .Where(wait => wait is not null)
            .Min();
    }

    private static void Keep(WriteScope write, string queue, QueueRate rate, long starts)
    {
        write.Statement(SqliteQueries.ForgetStarts).Bind(queue).Bind(write.Now - TimeSpan.FromSeconds(rate.Seconds)).Run();

        // At the end of its step: never counted for a shorter time than it was.
        var step = (long)rate.Step.TotalMilliseconds;
        var at = (write.Now.ToUnixTimeMilliseconds() + step - 1) / step * step;
        write.Statement(SqliteQueries.AddStarts).Bind(queue).Bind(at).Bind(starts).Run();
    }

    private void Add(Known queue)
    {
        if (queue.Pause is not null)
        {
            paused.Add(queue.Name);
        }

        if (queue.Limits is { } set && (set.Concurrency is not null || set.Rate is not null))
        {
            limits.Add(queue.Name, set);
        }
    }
}
