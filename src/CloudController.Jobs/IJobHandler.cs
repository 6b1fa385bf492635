namespace CloudController.Jobs;

/// <summary>Does the jobs of one operation. Created per run, with its services, in a scope of its own.</summary>
/// <typeparam name="TArguments">What its jobs are about.</typeparam>
public interface IJobHandler<in TArguments>
    where TArguments : IJobArguments
{
    /// <summary>Does one run of a job. It may run more than once for the same job (at least once): make its effects repeatable, or fence them with
    /// <see cref="JobContext.Run"/>.</summary>
    /// <param name="arguments">What was submitted.</param>
    /// <param name="job">Which job and attempt this is, and how to report.</param>
    /// <param name="stopping">Cancelled when the run has to stop: timeout, cancel, lost lease or drain.</param>
    /// <returns>What happens next. What is thrown instead is a fault: it is retried while attempts last, and shown outside as <c>UnknownError</c>.</returns>
    Task<JobOutcome> RunAsync(TArguments arguments, JobContext job, CancellationToken stopping);
}
