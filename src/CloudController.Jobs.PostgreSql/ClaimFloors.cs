using System.Diagnostics;

namespace CloudController.Jobs.PostgreSql;

/// <summary>From where in each lane a claim need look: before it stands what was claimed already. Index entries of claimed jobs stay until they are
/// vacuumed, and as long as any transaction might still see them; each claim from a lane's beginning walks over them all.</summary>
/// <remarks>Only while claims fill up, so that no job is missed by a worker that has nothing else to do. What this node makes claimable is never
/// behind a floor. What comes there otherwise (an earlier job of another node, one that was locked for a moment) is found by the next claim from
/// the beginning: as soon as one did not fill up, and every 100 ms; less often where such a claim is slow, so that it takes a tenth of the time at
/// most.</remarks>
internal sealed class ClaimFloors
{
    private const int MostOften = 10;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private readonly Lock gate = new();
    private readonly Dictionary<long, Position> claimed = [];
    private readonly Dictionary<long, Position> submitted = [];
    private int looks;
    private bool isFull;
    private bool appeared;
    private long lookedAt;
    private TimeSpan lookTook;

    /// <summary>A job of this node was committed and can be claimed.</summary>
    public void Submitted(long lane, Position position)
    {
        lock (gate)
        {
            submitted[lane] = submitted.TryGetValue(lane, out var least) ? Position.Least(least, position) : position;
        }
    }

    /// <summary>Something can be claimed that could not before, nobody knows where.</summary>
    public void Appeared()
    {
        lock (gate)
        {
            appeared = true;
        }
    }

    /// <summary>A claim is about to be made.</summary>
    public Look Begin()
    {
        lock (gate)
        {
            var since = Stopwatch.GetElapsedTime(lookedAt);
            if (isFull && !appeared && (since < Interval || since < MostOften * lookTook))
            {
                return new Look(looks, [.. claimed.Select(lane => KeyValuePair.Create(
                    lane.Key, submitted.TryGetValue(lane.Key, out var least) ? Position.Least(lane.Value, least) : lane.Value))]);
            }

            (looks, appeared, lookedAt) = (looks + 1, false, Stopwatch.GetTimestamp());
            claimed.Clear();
            submitted.Clear();
            return new Look(looks, []);
        }
    }

    /// <summary>A claim was answered.</summary>
    public void End(Look look, IEnumerable<JobRow> rows, bool isFull)
    {
        lock (gate)
        {
            this.isFull = isFull;

            // Where a claim got to that began before the last look from the beginning says nothing of what that look leaves behind.
            if (look.Number == looks)
            {
                Remember(look, rows);
            }
        }
    }

    private void Remember(Look look, IEnumerable<JobRow> rows)
    {
        if (look.Floors.Length == 0)
        {
            lookTook = Stopwatch.GetElapsedTime(lookedAt);
        }

        foreach (var row in rows)
        {
            var position = new Position((short)row.Job.Priority, row.Job.Lifecycle.RunAt.ToUnixTimeMilliseconds());
            if (!claimed.TryGetValue(row.Lane, out var last) || last.CompareTo(position) < 0)
            {
                claimed[row.Lane] = position;
            }
        }
    }

    /// <summary>What a claim begins with.</summary>
    /// <param name="Number">Of the last look from the beginning.</param>
    /// <param name="Floors">By lane; none: it looks from the beginning itself.</param>
    public readonly record struct Look(int Number, KeyValuePair<long, Position>[] Floors)
    {
        /// <summary>From where on it looks in a lane.</summary>
        public Position From(long lane)
        {
            var place = Array.FindIndex(Floors, floor => floor.Key == lane);
            return place < 0 ? new Position(short.MinValue, long.MinValue) : Floors[place].Value;
        }
    }

    /// <summary>A place in a lane's order.</summary>
    public readonly record struct Position(short Priority, long RunAt) : IComparable<Position>
    {
        public static Position Least(Position one, Position other) => one.CompareTo(other) <= 0 ? one : other;

        public int CompareTo(Position other) => (Priority, RunAt).CompareTo((other.Priority, other.RunAt));
    }
}
