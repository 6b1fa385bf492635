namespace CloudController.Jobs.AspNetCore.Following;

/// <summary>When it makes sense to ask for a job again: <c>Retry-After</c> (contract §4).</summary>
internal static class AskAgain
{
    private const int Latest = 60;
    private const int LatestWhileActive = 15;

    /// <summary>Whole seconds, 1 to 60; <see langword="null"/> for a job that will not change.</summary>
    /// <param name="phase">Where it stands.</param>
    /// <param name="createdAt">When it was submitted.</param>
    /// <param name="runAt">When it may run next.</param>
    /// <param name="likelyEnd">Before when it hardly ends, if it runs and its operation's history says so.</param>
    /// <param name="now">The present.</param>
    public static int? After(JobPhase phase, DateTimeOffset createdAt, DateTimeOffset runAt, DateTimeOffset? likelyEnd, DateTimeOffset now)
    {
        if (phase.IsTerminal())
            return null;

        // What has a time is asked for then. The rest may change at any moment, the less likely so the longer it has gone on.
        return (phase is JobPhase.Scheduled or JobPhase.Polling ? runAt : likelyEnd) is { } then
            ? (int)Math.Clamp(Math.Ceiling((then - now).TotalSeconds), 1, Latest)
            : (int)Math.Clamp((now - createdAt).TotalSeconds / 10, 1, LatestWhileActive);
    }
}
