namespace CloudController.Jobs;

/// <summary>How long a failed job waits for its next attempt.</summary>
/// <param name="InitialSeconds">Delay after the first failed attempt: 0 to 86,400.</param>
/// <param name="Factor">What each further failure multiplies it by: 1 to 100.</param>
/// <param name="MaxSeconds">The longest delay: 0 to 604,800.</param>
public sealed record Backoff(double InitialSeconds = 5, double Factor = 2, double MaxSeconds = 3600)
{
    /// <summary>What is used where a submitter names none: 5 s, doubled, at most an hour.</summary>
    public static Backoff Default { get; } = new();

    /// <summary>The delay after the given number of failed attempts, spread by ±15 % so that jobs that failed together don't return together.</summary>
    /// <param name="failedAttempts">1 or more.</param>
    /// <param name="random">0 (earliest) to 1 (latest).</param>
    public TimeSpan DelayAfter(int failedAttempts, double random)
    {
        // Kept finite: no first delay stays none, however large the power.
        var power = Math.Min(Math.Pow(Factor, failedAttempts - 1), double.MaxValue);
        var seconds = Math.Min(MaxSeconds, InitialSeconds * power);
        return TimeSpan.FromSeconds(Math.Min(MaxSeconds, seconds * (0.85 + (0.3 * random))));
    }
}
