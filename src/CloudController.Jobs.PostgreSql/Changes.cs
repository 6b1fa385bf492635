using CloudController.Jobs.Storage;

namespace CloudController.Jobs.PostgreSql;

/// <summary>What one transaction changed, and is to be told once it is committed.</summary>
internal sealed class Changes
{
    public List<Guid> Jobs { get; } = [];

    /// <summary>Whether something can be claimed that could not before.</summary>
    public bool Work { get; private set; }

    /// <summary>When the earliest of what was put off falls due, by this node's clock.</summary>
    public DateTimeOffset? Due { get; private set; }

    public bool IsEmpty => Jobs.Count == 0 && !Work && Due is null;

    /// <summary>A job changed.</summary>
    public void Changed(Guid job) => Jobs.Add(job);

    /// <summary>A job changed, and stands in this phase now.</summary>
    public void Changed(Guid job, JobPhase phase, DateTimeOffset runAt)
    {
        Changed(job);
        if (phase.IsClaimable())
        {
            WorkAppeared();
        }
        else if (phase is JobPhase.Scheduled or JobPhase.Polling)
        {
            FallsDue(runAt);
        }
    }

    /// <summary>A job was submitted, to live so.</summary>
    public void Submitted(Guid job, JobLifecycle life)
    {
        Changed(job, life.Phase, life.RunAt);
        if (life.ExpiresAt is { } expiresAt)
        {
            FallsDue(expiresAt);
        }
    }

    public void WorkAppeared() => Work = true;

    public void FallsDue(DateTimeOffset at) => Due = Due < at ? Due : at;

    public void Publish(JobSignals signals)
    {
        foreach (var job in Jobs)
        {
            signals.PublishChange(job);
        }

        if (Work)
        {
            signals.PublishWork();
        }

        if (Due is { } at)
        {
            signals.PublishDue(at);
        }
    }
}
