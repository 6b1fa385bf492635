namespace CloudController.Jobs;

/// <summary>What else decides how a run's end moves its job.</summary>
/// <param name="Backoff">The job's own delays.</param>
/// <param name="MaxLostRuns">At that many vanished workers in a row the job fails.</param>
/// <param name="Random">0 to 1, for the backoff's jitter.</param>
/// <param name="TimedOut">Catalogue error <c>JobTimeout</c>.</param>
/// <param name="Cancelled">Catalogue error <c>JobCancelled</c>.</param>
/// <param name="WorkerLost">Catalogue error <c>JobWorkerLost</c>.</param>
public sealed record RunEndRules(Backoff Backoff, int MaxLostRuns, double Random, JobError TimedOut, JobError Cancelled, JobError WorkerLost);
