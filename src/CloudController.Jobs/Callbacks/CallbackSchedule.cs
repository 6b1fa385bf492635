using CloudController.Jobs.Storage;

namespace CloudController.Jobs.Callbacks;

/// <summary>When an end that was not taken is told again, and what is remembered of it (contract §5: for a day, with backoff).</summary>
public static class CallbackSchedule
{
    private const int Gone = 410;
    private const int MostRemembered = 20;

    /// <summary>How long one try may take.</summary>
    public static readonly TimeSpan TryLimit = TimeSpan.FromSeconds(15);

    /// <summary>How long an end is told again, from when the job ended.</summary>
    public static readonly TimeSpan GiveUpAfter = TimeSpan.FromDays(1);

    // What a receiver may ask for: as long as the longest of the delays below.
    private static readonly TimeSpan LongestRetryAfter = TimeSpan.FromHours(4);

    // 5 s, 15 s, 45 s, 2 min, 7 min, 20 min, an hour, three, then every four: about 13 tries in a day.
    private static readonly Backoff Delays = new(InitialSeconds: 5, Factor: 3, MaxSeconds: 14_400);

    /// <summary>What a try leaves.</summary>
    /// <param name="callback">What was told.</param>
    /// <param name="answer">What it came to.</param>
    /// <param name="now">When.</param>
    /// <param name="random">0 to 1: spreads the tries of those that failed together.</param>
    public static CallbackRecord After(DueCallback callback, CallbackAnswer answer, DateTimeOffset now, double random)
    {
        ArgumentNullException.ThrowIfNull(callback);
        ArgumentNullException.ThrowIfNull(answer);
        var job = callback.Job;
        var tries = (job.Callbacks is [.., var last] && last.End == callback.End ? last.Tries : 0) + 1;
        var delivery = new CallbackDelivery(callback.End, answer.Outcome, answer.Status, tries, now);
        var earlier = job.Callbacks.Where(known => known.End != callback.End);
        return new CallbackRecord(callback, [.. earlier.Append(delivery).TakeLast(MostRemembered)], DelayAfter(delivery, answer.RetryAfter, job.Lifecycle.FinishedAt ?? now, random));
    }

    // A receiver that says it is gone, and will be for good, is taken at its word.
    private static TimeSpan? DelayAfter(CallbackDelivery delivery, TimeSpan? asked, DateTimeOffset endedAt, double random)
    {
        if (delivery.Outcome == CallbackOutcome.Delivered || delivery.Status == Gone)
        {
            return null;
        }

        var delay = Delays.DelayAfter(delivery.Tries, random);
        if (asked > delay)
        {
            delay = asked.Value < LongestRetryAfter ? asked.Value : LongestRetryAfter;
        }

        return delivery.At + delay <= endedAt + GiveUpAfter ? delay : null;
    }
}
