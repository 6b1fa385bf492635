namespace CloudController.Jobs.Client;

/// <summary>The values of <see cref="JobDocument.Phase"/>: finer than the state.</summary>
public static class PhaseNames
{
    /// <summary>Could run now.</summary>
    public const string Queued = "queued";

    /// <summary>Waits for its time, or for its next attempt.</summary>
    public const string Scheduled = "scheduled";

    /// <summary>Waits for other jobs.</summary>
    public const string Waiting = "waiting";

    /// <summary>Held back until the far side answers again.</summary>
    public const string Held = "held";

    /// <summary>Runs.</summary>
    public const string Running = "running";

    /// <summary>Waits for its next poll of something outside, or for its children.</summary>
    public const string Polling = "polling";

    /// <summary>Done.</summary>
    public const string Finished = "finished";

    /// <summary>Failed for good.</summary>
    public const string Failed = "failed";

    /// <summary>Ended because someone asked for it.</summary>
    public const string Cancelled = "cancelled";

    /// <summary>Had not started when it had to.</summary>
    public const string Expired = "expired";
}
