namespace CloudController.Jobs.AspNetCore.Explaining;

/// <summary>The codes of causes: stable, as clients act on them; docs/explain.md says what each means.</summary>
internal static class CauseCode
{
    public const string QueuePaused = "queue_paused";
    public const string OperationPaused = "operation_paused";
    public const string NoWorkerForOperation = "no_worker_for_operation";
    public const string NoWorkerForQueue = "no_worker_for_queue";
    public const string QueueConcurrencyLimit = "queue_concurrency_limit";
    public const string QueueRateLimit = "queue_rate_limit";
    public const string JobsAhead = "jobs_ahead";
    public const string NextInLine = "next_in_line";
    public const string WorkerLost = "worker_lost";
    public const string Scheduled = "scheduled";
    public const string RetryDue = "retry_due";
    public const string Released = "released";
    public const string Expires = "expires";
    public const string Polling = "polling";
    public const string PollDue = "poll_due";
    public const string CancelRequested = "cancel_requested";
    public const string LeaseExpired = "lease_expired";
    public const string Running = "running";
    public const string Finished = "finished";
    public const string Failed = "failed";
    public const string Cancelled = "cancelled";
    public const string Expired = "expired";
}
