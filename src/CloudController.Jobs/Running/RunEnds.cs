using CloudController.Jobs.Diagnostics;
using CloudController.Jobs.Errors;
using CloudController.Jobs.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CloudController.Jobs.Running;

/// <summary>Says what a run's end means for its job: from a handler's outcome or fault to what the store is to write.</summary>
internal sealed class RunEnds(ErrorCatalog catalog, IOptions<JobsOptions> options, TimeProvider time, ILogger<RunEnds> logger)
{
    /// <summary>Largest result of a job, in bytes.</summary>
    public const int MaxResultBytes = 1_048_576;

    private readonly JobError timedOut = WellKnownErrors.JobTimeout(catalog);
    private readonly JobError cancelled = WellKnownErrors.JobCancelled(catalog);
    private readonly JobError workerLost = WellKnownErrors.JobWorkerLost(catalog);

    /// <summary>What to write after a handler returned or threw.</summary>
    public Settlement Settle(Run run, JobOutcome? outcome, Exception? fault)
    {
        var report = run.Reporter.Take();
        if (outcome is JobOutcome.Done { Result.Length: <= MaxResultBytes } done)
        {
            return Settle(run.Claimed, new RunEnd.Finished(), report) with { Result = done.Result };
        }

        var (end, exception) = EndOf(run, outcome, fault);
        return Settle(run.Claimed, end, report) with { Exception = exception, Failure = KindOf(end, fault) };
    }

    /// <summary>What to write for a run that is ended in the given way.</summary>
    public Settlement Settle(ClaimedJob claimed, RunEnd end, RunReport report)
    {
        var now = time.GetUtcNow();
        var life = claimed.Job.Lifecycle;
        var rules = new RunEndRules(claimed.Job.Backoff, options.Value.MaxLostRuns, Random.Shared.NextDouble(), timedOut, cancelled, workerLost);
        var next = life.End(end, now, rules) ?? throw new ArgumentException("The job is not running.", nameof(claimed));
        return new Settlement
        {
            Lease = claimed.Lease,
            Job = claimed.Job.Guid,
            Queue = claimed.Job.Queue,
            RequestId = claimed.Job.RequestId,
            End = end,
            Next = next,
            NextIfCancelled = end is RunEnd.Finished ? next : (life with { CancelRequestedAt = now }).End(end, now, rules)!,
            Report = report,
            Failure = KindOf(end, fault: null),
            Holder = claimed.Holder,
        };
    }

    private string? KindOf(RunEnd end, Exception? fault) => end switch
    {
        RunEnd.Failed failed => FailureKind.Of(failed.Errors[0], fault),
        RunEnd.TimedOut => FailureKind.Of(timedOut, fault: null),
        RunEnd.Lost => FailureKind.Of(workerLost, fault: null),
        _ => null,
    };

    private (RunEnd End, string? Exception) EndOf(Run run, JobOutcome? outcome, Exception? fault)
    {
        // A run that was told to stop is taken at its reason, whatever it made of it: a killed command's exit code is no failure of its own.
        switch (run.Reason)
        {
            case StopReason.TimedOut:
                return (new RunEnd.TimedOut(), fault is OperationCanceledException ? null : fault?.ToString());
            case StopReason.Cancelled:
                return (new RunEnd.Cancelled(), fault is OperationCanceledException ? null : fault?.ToString());
            case StopReason.Draining:
                return (new RunEnd.Released(TimeSpan.Zero), null);
        }

        switch (outcome)
        {
            case JobOutcome.Poll poll:
                return (new RunEnd.Polled(poll.After), null);
            case JobOutcome.Giveback giveback:
                return (new RunEnd.Released(giveback.Delay), null);
            case JobOutcome.Failure failure:
                return Failed(run, failure);
            case JobOutcome.Done done:
                logger.ResultTooLarge(run.Job.Guid, run.Job.Operation, done.Result.Length, MaxResultBytes);
                return (new RunEnd.Failed([JobError.Unknown]), $"The result has {done.Result.Length} bytes; {MaxResultBytes} are allowed.");
            default:
                logger.RunThrew(run.Job.Guid, run.Job.Operation, run.Job.Lifecycle.Attempt, fault);
                return (new RunEnd.Failed([JobError.Unknown]), fault?.ToString() ?? "The handler returned no outcome.");
        }
    }

    private (RunEnd End, string? Exception) Failed(Run run, JobOutcome.Failure failure)
    {
        var detail = failure.Detail;
        var errors = new List<JobError>(Math.Max(1, failure.Errors.Count));
        foreach (var named in failure.Errors)
        {
            if (catalog.TryCreate(named.Name, named.Arguments, out var error, out var whyNot))
            {
                errors.Add(error);
                continue;
            }

            logger.FailureNotInCatalogue(run.Job.Guid, run.Job.Operation, whyNot);
            detail = detail is null ? whyNot : $"{detail}\n{whyNot}";
            errors.Add(JobError.Unknown);
        }

        if (errors.Count == 0)
        {
            logger.RunFailedInternally(run.Job.Guid, run.Job.Operation, run.Job.Lifecycle.Attempt, detail);
            errors.Add(JobError.Unknown);
        }

        return (new RunEnd.Failed(errors) { Final = failure.IsFinal, RetryAt = failure.At, NotBefore = failure.Earliest }, detail);
    }
}
