namespace CloudController.Jobs;

/// <summary>What a phase is called outside, in v2, v3 and in listings (contract §4).</summary>
public static class JobPhases
{
    /// <summary>Whether a job in this phase will not move by itself again.</summary>
    public static bool IsTerminal(this JobPhase phase) => phase >= JobPhase.Finished;

    /// <summary>Whether a worker may claim a job in this phase.</summary>
    public static bool IsClaimable(this JobPhase phase) => phase is JobPhase.Queued or JobPhase.PollDue;

    /// <summary>The <c>phase</c> of v3: <c>queued</c>, <c>scheduled</c>, <c>polling</c>, <c>running</c>, <c>finished</c>, <c>failed</c>,
    /// <c>cancelled</c>, <c>expired</c>.</summary>
    public static string PhaseName(this JobPhase phase) => phase switch
    {
        JobPhase.Queued => "queued",
        JobPhase.PollDue => "polling",
        JobPhase.Scheduled => "scheduled",
        JobPhase.Polling => "polling",
        JobPhase.Running => "running",
        JobPhase.Finished => "finished",
        JobPhase.Failed => "failed",
        JobPhase.Cancelled => "cancelled",
        JobPhase.Expired => "expired",
        _ => throw new ArgumentOutOfRangeException(nameof(phase), phase, "Not a phase."),
    };

    /// <summary>The <c>state</c> of v3: <c>PROCESSING</c>, <c>POLLING</c>, <c>COMPLETE</c>, <c>FAILED</c>.</summary>
    public static string StateName(this JobPhase phase) => phase switch
    {
        JobPhase.Queued or JobPhase.Scheduled or JobPhase.Running => "PROCESSING",
        JobPhase.PollDue or JobPhase.Polling => "POLLING",
        JobPhase.Finished => "COMPLETE",
        JobPhase.Failed or JobPhase.Cancelled or JobPhase.Expired => "FAILED",
        _ => throw new ArgumentOutOfRangeException(nameof(phase), phase, "Not a phase."),
    };

    /// <summary>The <c>status</c> of v2: <c>queued</c>, <c>running</c>, <c>finished</c>, <c>failed</c>.</summary>
    public static string StatusName(this JobPhase phase) => phase switch
    {
        JobPhase.Queued or JobPhase.Scheduled => "queued",
        JobPhase.Running or JobPhase.PollDue or JobPhase.Polling => "running",
        JobPhase.Finished => "finished",
        JobPhase.Failed or JobPhase.Cancelled or JobPhase.Expired => "failed",
        _ => throw new ArgumentOutOfRangeException(nameof(phase), phase, "Not a phase."),
    };

    /// <summary>The phases that are shown under a v3 <c>phase</c> name; empty for a name that is none.</summary>
    public static IReadOnlyList<JobPhase> FromPhaseName(string name) => [.. Enum.GetValues<JobPhase>().Where(phase => phase.PhaseName() == name)];

    /// <summary>The phases that are shown under a v3 <c>state</c> name; empty for a name that is none.</summary>
    public static IReadOnlyList<JobPhase> FromStateName(string name) => [.. Enum.GetValues<JobPhase>().Where(phase => phase.StateName() == name)];
}
