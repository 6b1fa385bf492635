using CloudController.Jobs.Storage;

namespace CloudController.Jobs.Dashboard.Charts;

/// <summary>How far back charts look, and in what steps.</summary>
/// <param name="Name">In the page's address.</param>
/// <param name="Label">After "the last".</param>
/// <param name="Step">What one bar stands for: whole minutes.</param>
/// <param name="Steps">How many bars.</param>
internal sealed record ActivitySpan(string Name, string Label, TimeSpan Step, int Steps)
{
    public static readonly IReadOnlyList<ActivitySpan> All =
    [
        new("1h", "hour", TimeSpan.FromMinutes(1), 60),
        new("6h", "6 hours", TimeSpan.FromMinutes(5), 72),
        new("24h", "24 hours", TimeSpan.FromMinutes(20), 72),
    ];

    /// <summary>The one of a name; the shortest for any other.</summary>
    public static ActivitySpan Of(string name) => All.FirstOrDefault(span => span.Name == name) ?? All[0];

    /// <summary>When the first step begins, so that the last has <paramref name="now"/> in it.</summary>
    public DateTimeOffset Since(DateTimeOffset now) =>
        new DateTimeOffset(now.UtcTicks - (now.UtcTicks % Step.Ticks), TimeSpan.Zero) - (Step * (Steps - 1));

    /// <summary>Adds minutes up to steps: one each, also where nothing happened.</summary>
    public IReadOnlyList<ActivityMinute> Add(IEnumerable<ActivityMinute> minutes, DateTimeOffset now)
    {
        var since = Since(now);
        var steps = Enumerable.Range(0, Steps)
            .Select(index => new ActivityMinute(since + (Step * index), 0, 0, 0, TimeSpan.Zero, TimeSpan.Zero))
            .ToArray();
        foreach (var minute in minutes)
        {
            // A node whose clock is ahead may have written a minute that is still to come.
            var index = (int)((minute.Minute - since) / Step);
            if (index < 0 || index >= Steps)
                continue;

            var known = steps[index];
            steps[index] = known with
            {
                Finished = known.Finished + minute.Finished,
                Failed = known.Failed + minute.Failed,
                PickedUp = known.PickedUp + minute.PickedUp,
                PickupDelay = known.PickupDelay + minute.PickupDelay,
                LongestPickupDelay = known.LongestPickupDelay > minute.LongestPickupDelay ? known.LongestPickupDelay : minute.LongestPickupDelay,
            };
        }

        return steps;
    }
}
