using System.Globalization;
using CloudController.Jobs.Storage;

namespace CloudController.Jobs.AspNetCore.Explaining;

/// <summary>The causes of one job's present standing, in sentences.</summary>
/// <param name="situation">The job, and what its way depends on.</param>
/// <param name="workers">The live workers; only asked for where the job waits.</param>
/// <param name="now">The present.</param>
/// <param name="readsEverything">Whether the reader also sees workers' names, and who paused what and why.</param>
internal sealed class JobCauses(JobSituation situation, IReadOnlyList<WorkerStatus> workers, DateTimeOffset now, bool readsEverything)
{
    private readonly Job job = situation.Job;
    private readonly JobLifecycle life = situation.Job.Lifecycle;
    private readonly List<JobCause> causes = [];

    /// <summary>All that apply, the most important first.</summary>
    public IReadOnlyList<JobCause> List()
    {
        switch (life.Phase)
        {
            case JobPhase.Queued:
                AddWhatHoldsItUp();
                AddLimits();
                AddItsTurn();
                AddLostWorker();
                AddExpiry();
                break;
            case JobPhase.PollDue:
                Add(CauseCode.PollDue, "Its next poll is due.");
                AddWhatHoldsItUp();
                AddLimits();
                AddItsTurn();
                break;
            case JobPhase.Scheduled:
                AddItsTime();
                AddWhatHoldsItUp();
                AddExpiry();
                break;
            case JobPhase.Polling:
                Add(CauseCode.Polling, $"It waits for something outside and looks again at {Time(life.RunAt)}.");
                AddWhatHoldsItUp();
                break;
            case JobPhase.Running:
                AddRun();
                break;
            case JobPhase.Finished:
                Add(CauseCode.Finished, $"It finished at {Time(life.FinishedAt)}.");
                break;
            case JobPhase.Failed:
                Add(CauseCode.Failed, $"It failed at {Time(life.FinishedAt)}{WithError()}.");
                break;
            case JobPhase.Cancelled:
                Add(CauseCode.Cancelled, $"It was cancelled at {Time(life.FinishedAt)}.");
                break;
            case JobPhase.Expired:
                Add(CauseCode.Expired, $"It had not started by {Time(life.ExpiresAt)}, and expired.");
                break;
            default:
                throw new InvalidOperationException("Not a phase.");
        }

        return causes;
    }

    private void AddWhatHoldsItUp()
    {
        if (situation.QueuePause is { } queuePause)
            Add(CauseCode.QueuePaused, $"Its queue {job.Queue} is paused {Pause(queuePause)}.");
        if (situation.OperationPause is { } operationPause)
            Add(CauseCode.OperationPaused, $"Its operation {job.Operation} is paused {Pause(operationPause)}.");

        if (!workers.Any(Knows))
            Add(CauseCode.NoWorkerForOperation, $"No live worker knows the operation {job.Operation}.");
        else if (!workers.Any(MayTake))
            Add(CauseCode.NoWorkerForQueue, $"No live worker that knows the operation {job.Operation} serves the queue {job.Queue}.");
    }

    private void AddLimits()
    {
        if (situation.Limits.Concurrency is { } most && situation.QueueRunning >= most)
            Add(CauseCode.QueueConcurrencyLimit, $"Its queue {job.Queue} lets {Jobs(most)} run at once, and {(most == 1 ? "1 does" : $"{most} do")}.");
        if (situation.Limits.Rate is { } rate && situation.NextStartAt is { } next && next > now)
        {
            var limit = $"lets {Jobs(rate.Count)} start in any {(rate.Seconds == 1 ? "second" : $"{rate.Seconds} seconds")}";
            Add(CauseCode.QueueRateLimit, $"Its queue {job.Queue} {limit}; the next one may start at {Time(next)}.");
        }
    }

    private void AddItsTurn()
    {
        if (situation.Ahead > 0)
        {
            var jobs = situation.Ahead switch
            {
                1 => "1 job of its queue comes",
                <= JobSituation.CountedUpTo and var count => $"{count} jobs of its queue come",
                _ => $"At least {JobSituation.CountedUpTo} jobs of its queue come",
            };
            Add(CauseCode.JobsAhead, $"{jobs} before it. {Takers()}");
        }
        else if (causes.All(cause => cause.Code == CauseCode.PollDue))
        {
            Add(CauseCode.NextInLine, $"It is the next of its queue: a worker takes it once one is free. {Takers()}");
        }
    }

    private string Takers()
    {
        var takers = workers.Where(MayTake).ToList();
        var running = takers.Sum(worker => worker.Running);
        return takers.Count == 1
            ? $"The one live worker that can take it runs {Jobs(running)} now."
            : $"The {takers.Count} live workers that can take it run {Jobs(running)} now.";
    }

    private void AddItsTime()
    {
        if (life.Errors.Count > 0)
            Add(CauseCode.RetryDue, $"Attempt {life.Attempt} of {life.AttemptsAllowed} failed{WithError()}; the next one is due at {Time(life.RunAt)}.");
        else if (life.Run > 0 && life.StartedAt is not null)
            Add(CauseCode.Released, $"A worker gave it back; it may run again at {Time(life.RunAt)}.");
        else
            Add(CauseCode.Scheduled, $"It waits for its time, {Time(life.RunAt)}.");
    }

    private void AddLostWorker()
    {
        if (life.LostRuns > 0)
            Add(CauseCode.WorkerLost, $"The worker of its last run was lost: {(life.LostRuns == 1 ? "the first" : $"{life.LostRuns}")} in a row.");
    }

    private void AddExpiry()
    {
        if (life is { ExpiresAt: { } expiresAt, StartedAt: null })
            Add(CauseCode.Expires, $"If it has not started by {Time(expiresAt)}, it expires.");
    }

    private void AddRun()
    {
        if (life.CancelRequestedAt is { } asked)
            Add(CauseCode.CancelRequested, $"It was asked at {Time(asked)} to stop, and has until {Time(asked + JobLifecycle.CancelGrace)} to do so.");

        if (life.LeaseExpiresAt <= now)
            Add(CauseCode.LeaseExpired, $"Its lease expired at {Time(life.LeaseExpiresAt)} without a further heartbeat; it is about to be taken back.");

        var worker = readsEverything && situation.Worker is { } name ? name : "a worker";
        var heartbeat = situation.LastHeartbeatAt is { } at ? $"last heartbeat {Seconds(now - at)} s ago" : "no heartbeat yet";
        Add(CauseCode.Running, $"Attempt {life.Attempt} of {life.AttemptsAllowed} runs since {Time(life.RunStartedAt)}, leased by {worker}, {heartbeat}.");
    }

    private void Add(string code, string detail) => causes.Add(new JobCause(code, detail));

    private bool Knows(WorkerStatus worker) => worker.Serves.Operations.Contains(job.Operation);

    private bool MayTake(WorkerStatus worker) => Knows(worker) && worker.Serves.Queues?.Contains(job.Queue) != false;

    private string Pause(QueuePause pause) => !readsEverything ? $"since {Time(pause.Since)}"
        : pause.Reason is { Length: > 0 } reason ? $"since {Time(pause.Since)} by {pause.By}: {reason.TrimEnd('.')}"
        : $"since {Time(pause.Since)} by {pause.By}";

    private string WithError() => life.Errors is [var first, ..] ? $" with {first.Title}: {first.Detail.TrimEnd('.')}" : "";

    private static string Jobs(int count) => count == 1 ? "1 job" : $"{count} jobs";

    private static long Seconds(TimeSpan time) => Math.Max(0, (long)time.TotalSeconds);

    private static string Time(DateTimeOffset? time) =>
        time?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture) ?? "an unknown time";
}
