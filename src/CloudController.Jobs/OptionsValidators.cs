using CloudController.Jobs.Running;
using Microsoft.Extensions.Options;

namespace CloudController.Jobs;

/// <summary>Says which key of section <c>Jobs</c> is out of its range.</summary>
internal sealed class JobsOptionsValidator : IValidateOptions<JobsOptions>
{
    public ValidateOptionsResult Validate(string? name, JobsOptions options)
    {
        var failures = new SettingFailures();
        failures.Range("Jobs:DefaultTimeoutSeconds", options.DefaultTimeoutSeconds, 1, 2_592_000);
        failures.Range("Jobs:DefaultMaxAttempts", options.DefaultMaxAttempts, 1, 100);
        failures.Range("Jobs:MaxLostRuns", options.MaxLostRuns, 1, 100);
        failures.Range("Jobs:MaxArgumentsBytes", options.MaxArgumentsBytes, 1, 33_554_432);
        failures.Range("Jobs:MaxOpenPerOwner", options.MaxOpenPerOwner, 1, 100_000_000);
        failures.Range("Jobs:FinishedRetentionSeconds", options.FinishedRetentionSeconds, 1, int.MaxValue);
        failures.Range("Jobs:FailedRetentionSeconds", options.FailedRetentionSeconds, 1, int.MaxValue);
        return failures.Result;
    }
}

/// <summary>Says which key of section <c>Worker</c> is out of its range.</summary>
internal sealed class WorkerOptionsValidator : IValidateOptions<WorkerOptions>
{
    public ValidateOptionsResult Validate(string? name, WorkerOptions options)
    {
        var failures = new SettingFailures();
        failures.Range("Worker:Concurrency", options.Concurrency, 1, 100_000);
        failures.Range("Worker:LeaseSeconds", options.LeaseSeconds, 5, 3_600);
        failures.Range("Worker:DrainTimeoutSeconds", options.DrainTimeoutSeconds, 0, 3_600);
        if (QueuePlan.TryParse(options.Queues, out _) is { } whyNot)
        {
            failures.Add($"Worker:Queues {whyNot}.");
        }

        return failures.Result;
    }
}
