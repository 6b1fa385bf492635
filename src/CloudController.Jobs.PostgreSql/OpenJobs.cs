namespace CloudController.Jobs.PostgreSql;

/// <summary>How many more jobs each owner may submit here before its open ones are counted again: so that a limit costs no count at each submission,
/// and no row that all submitters would wait for.</summary>
/// <remarks>A count from the database holds for ten seconds and for a sixteenth of the room that it found: sixteen nodes that counted at once cannot
/// exceed the limit together. Near the limit there is no such room: each submission is counted then, owner by owner one after another, which is
/// exact.</remarks>
internal sealed class OpenJobs(TimeProvider time)
{
    private const int Nodes = 16;
    private const int MostOwners = 100_000;
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(10);

    private readonly Lock gate = new();
    private readonly Dictionary<JobOwner, Count> counts = [];

    /// <summary>Whether so many jobs may be added without counting.</summary>
    public bool HasRoom(JobOwner owner, int jobs, int most)
    {
        if (most == int.MaxValue)
        {
            return true;
        }

        lock (gate)
        {
            return counts.TryGetValue(owner, out var count)
                && time.GetElapsedTime(count.At) < Fresh
                && count.Added + jobs <= (most - count.Open) / Nodes;
        }
    }

    /// <summary>Jobs are added without counting.</summary>
    public void Add(JobOwner owner, int jobs)
    {
        lock (gate)
        {
            if (counts.TryGetValue(owner, out var count))
            {
                counts[owner] = count with { Added = count.Added + jobs };
            }
        }
    }

    /// <summary>The owner's open jobs were counted.</summary>
    public void Counted(JobOwner owner, long open)
    {
        lock (gate)
        {
            if (counts.Count >= MostOwners)
            {
                counts.Clear();
            }

            counts[owner] = new Count(open, 0, time.GetTimestamp());
        }
    }

    private readonly record struct Count(long Open, long Added, long At);
}
