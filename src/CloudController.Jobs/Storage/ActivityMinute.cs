namespace CloudController.Jobs.Storage;

/// <summary>What happened within one minute.</summary>
/// <param name="Minute">When it began; a whole minute.</param>
/// <param name="Finished">How many runs finished their job.</param>
/// <param name="Failed">How many runs failed, timed out or were lost.</param>
/// <param name="PickedUp">How many runs began.</param>
/// <param name="PickupDelay">How long these had waited from when they could run, all together; to the millisecond.</param>
/// <param name="LongestPickupDelay">How long the one that waited longest had; to the millisecond.</param>
public sealed record ActivityMinute(
    DateTimeOffset Minute, long Finished, long Failed, long PickedUp, TimeSpan PickupDelay, TimeSpan LongestPickupDelay)
{
    /// <summary>How long minutes are kept.</summary>
    public static readonly TimeSpan KeptFor = TimeSpan.FromHours(48);
}
