namespace CloudController.Jobs.AspNetCore.Estimates;

/// <summary>How long an operation's newest jobs took, and what that says of one at work.</summary>
/// <remarks>Of the durations, only those count that exceed what the job has been at work for already. If its own is one more of their kind, it is equally
/// likely to fall between any two neighbours of these, so that of m of them the range from the k-th to the l-th holds it with a probability of
/// (l − k) / (m + 1), whatever their distribution. k and l are the closest that make this 80 %: with fewer than nine durations there are none, and no
/// estimate is made.</remarks>
internal sealed class DurationHistory
{
    /// <summary>How many durations are kept at most.</summary>
    public const int Newest = 200;

    private const int Fewest = 9;

    private readonly TimeSpan[] ascending;

    public DurationHistory(IEnumerable<TimeSpan> durations) => ascending = [.. durations.Order()];

    /// <summary>When a job will likely end; <see langword="null"/>: there is no ground to say so.</summary>
    /// <param name="since">Since when it is at work.</param>
    /// <param name="now">The present.</param>
    public JobEstimate? Estimate(DateTimeOffset since, DateTimeOffset now)
    {
        var passed = CountUpTo(now - since);
        var left = ascending.AsSpan(passed);
        if (left.Length < Fewest)
            return null;

        var (first, last) = ((left.Length + 1) / 10, (((left.Length + 1) * 9) + 9) / 10);
        return new JobEstimate(since + left[first - 1], since + left[last - 1]);
    }

    private int CountUpTo(TimeSpan duration)
    {
        var (low, high) = (0, ascending.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = ascending[middle] <= duration ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
