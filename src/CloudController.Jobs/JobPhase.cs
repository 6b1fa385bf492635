namespace CloudController.Jobs;

/// <summary>Where a job stands in its life. The numbers are stored and never change their meaning; see docs/state-machine.md.</summary>
public enum JobPhase
{
    /// <summary>Waits for a free worker.</summary>
    Queued = 1,

    /// <summary>Its next poll is due, and waits for a free worker; shown as <see cref="Polling"/>.</summary>
    PollDue = 2,

    /// <summary>Waits for its time, or for its next attempt.</summary>
    Scheduled = 3,

    /// <summary>Waits for its next poll of something outside.</summary>
    Polling = 4,

    /// <summary>A worker holds a lease on it.</summary>
    Running = 7,

    /// <summary>Done.</summary>
    Finished = 8,

    /// <summary>Failed for good.</summary>
    Failed = 9,

    /// <summary>Cancelled before it was done.</summary>
    Cancelled = 10,

    /// <summary>Had not started by its <c>expires_at</c>.</summary>
    Expired = 11,
}
