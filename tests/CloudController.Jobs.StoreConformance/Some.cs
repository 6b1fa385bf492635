using CloudController.Jobs.Storage;

namespace CloudController.Jobs.StoreConformance;

/// <summary>What a test needs and does not care about.</summary>
internal static class Some
{
    public static readonly JobOwner Owner = new("https://uaa.example.com/oauth/token", "5a0bd0a3-0f2e-4b52-9d3a-0f3dbdf8b1b7");

    public static readonly JobOwner OtherOwner = Owner with { Subject = "someone-else" };

    public static readonly JobError Error = new(100004, "CF-AppNotFound", "The app could not be found: x");

    // Numbers and names of contract §3 and §4; the sentences don't matter to a store.
    public static readonly RunEndRules Rules = new(
        Backoff.Default,
        MaxLostRuns: 3,
        Random: 0.5,
        TimedOut: new JobError(290006, "CF-JobTimeout", "Timed out."),
        Cancelled: new JobError(900001, "CF-JobCancelled", "Cancelled."),
        WorkerLost: new JobError(900004, "CF-JobWorkerLost", "Lost."));

    public const int CancelledCode = 900001;

    public const int ExpiredCode = 900002;

    public static RunEnd Finished { get; } = new RunEnd.Finished();

    public static RunEnd Failed { get; } = new RunEnd.Failed([Error]);

    public static RunEnd Lost { get; } = new RunEnd.Lost(Counts: true);

    public static RunEnd Released { get; } = new RunEnd.Released(TimeSpan.Zero);

    public static RunEnd Polled { get; } = new RunEnd.Polled(TimeSpan.FromSeconds(5));

    public static Settlement Ending(ClaimedJob run, RunEnd end, DateTimeOffset now)
    {
        var rules = Rules with { Backoff = run.Job.Backoff };
        return new Settlement
        {
            Lease = run.Lease,
            Job = run.Job.Guid,
            Queue = run.Job.Queue,
            End = end,
            Next = run.Job.Lifecycle.End(end, now, rules)!,
            NextIfCancelled = run.Job.Lifecycle.RequestCancel(now, rules.Cancelled)!.End(end, now, rules)!,
        };
    }

    public static Settlement Rescue(OverdueRun overdue, DateTimeOffset now) => overdue.Reason switch
    {
        OverdueReason.LeaseExpired => Ending(overdue.Claimed, new RunEnd.Lost(overdue.Counts), now) with { OnlyIfExpired = true },
        OverdueReason.TimedOut => Ending(overdue.Claimed, new RunEnd.TimedOut(), now),
        OverdueReason.CancelIgnored => Ending(overdue.Claimed, new RunEnd.Cancelled(), now),
        _ => throw new ArgumentOutOfRangeException(nameof(overdue)),
    };

    public static IdempotencyKey Key(string value, byte body = 1) => new(value, Enumerable.Repeat(body, 32).ToArray());

    public static RunReport Report(int? percent = null, string? message = null, string[]? warnings = null, string? log = null) =>
        new(percent is { } known ? new JobProgress(known, message) : null, warnings ?? [], log);

    public static JobMetadata Labels(params (string Key, string Value)[] labels) =>
        new([.. labels.Select(label => KeyValuePair.Create(label.Key, label.Value))], []);
}
