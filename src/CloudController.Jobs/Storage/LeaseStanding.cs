namespace CloudController.Jobs.Storage;

/// <summary>How a lease that a holder took stands. Leases of in-process runs have no holder, and are unknown here. Jobs come without arguments and
/// result.</summary>
public abstract record LeaseStanding
{
    private LeaseStanding(JobOwner holder) => Holder = holder;

    /// <summary>Who took it.</summary>
    public JobOwner Holder { get; }

    /// <summary>It holds.</summary>
    /// <param name="By">Who took it.</param>
    /// <param name="Claimed">The job as it is now.</param>
    public sealed record Active(JobOwner By, ClaimedJob Claimed) : LeaseStanding(By);

    /// <summary>Its holder ended it.</summary>
    /// <param name="By">Who took it.</param>
    /// <param name="Action">The <see cref="Settlement.Action"/> that ended it.</param>
    /// <param name="Job">The job as it was right after that, whatever became of it since.</param>
    public sealed record Ended(JobOwner By, ReadOnlyMemory<byte> Action, Job Job) : LeaseStanding(By);

    /// <summary>It was taken back.</summary>
    /// <param name="By">Who took it.</param>
    public sealed record Lost(JobOwner By) : LeaseStanding(By);
}
