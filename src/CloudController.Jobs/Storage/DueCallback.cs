using CloudController.Jobs.Callbacks;

namespace CloudController.Jobs.Storage;

/// <summary>An end of a job that is to be told, leased to one node.</summary>
/// <param name="Job">The ended job, whole.</param>
/// <param name="End">Which end, from 0: rises with each retry by hand.</param>
/// <param name="ClaimedUntil">When another node may take it; no two claims of one end have the same.</param>
public sealed record DueCallback(Job Job, int End, DateTimeOffset ClaimedUntil);

/// <summary>What a try to tell an end leaves.</summary>
/// <param name="Callback">What was claimed.</param>
/// <param name="Callbacks">The job's whole history from now on.</param>
/// <param name="Again">After what time it is tried again; <see langword="null"/>: never.</param>
public sealed record CallbackRecord(DueCallback Callback, IReadOnlyList<CallbackDelivery> Callbacks, TimeSpan? Again);
