namespace CloudController.Jobs.Tests.Lifecycle;

/// <summary>What a test needs and does not care about.</summary>
internal static class Some
{
    public static readonly DateTimeOffset Noon = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);

    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);

    public static readonly JobError Error = new(100004, "CF-AppNotFound", "The app could not be found: x");

    // Numbers and names of contract §3 and §4; the sentences don't matter here.
    public static readonly JobError Expired = new(900002, "CF-JobExpired", "Expired.");

    public static readonly RunEndRules Rules = new(
        Backoff.Default,
        MaxLostRuns: 3,
        Random: 0.5,
        TimedOut: new JobError(290006, "CF-JobTimeout", "Timed out."),
        Cancelled: new JobError(900001, "CF-JobCancelled", "Cancelled."),
        WorkerLost: new JobError(900004, "CF-JobWorkerLost", "Lost."));

    public static JobLifecycle Queued(int maxAttempts = 1) => new() { Phase = JobPhase.Queued, RunAt = Noon, MaxAttempts = maxAttempts };

    public static JobLifecycle Running(int maxAttempts = 1) => Queued(maxAttempts).Claim(Noon, Lease)!;
}
