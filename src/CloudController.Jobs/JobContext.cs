using CloudController.Jobs.Running;

namespace CloudController.Jobs;

/// <summary>The run that a handler is doing: which job it is, and how to report from it. All members may be called from any thread.</summary>
public sealed class JobContext
{
    private readonly RunReporter reporter;

    internal JobContext(Job job, RunReporter reporter) => (Job, this.reporter) = (job, reporter);

    /// <summary>The job as it was claimed.</summary>
    public Job Job { get; }

    /// <summary>By which the job is known outside.</summary>
    public Guid Guid => Job.Guid;

    /// <summary>Number of this attempt, from 1.</summary>
    public int Attempt => Job.Lifecycle.Attempt;

    /// <summary>Number of this run; it rises at every claim and never repeats: the number to fence outside systems with.</summary>
    public int Run => Job.Lifecycle.Run;

    /// <summary>Whether the job fails for good if this attempt fails.</summary>
    public bool IsLastAttempt => Job.Lifecycle.AttemptsSpent + 1 >= Job.Lifecycle.AttemptsAllowed;

    /// <summary>Tells those who follow the job how far it is. Kept within about a quarter of a second, the newest wins.</summary>
    /// <param name="percent">0 to 100; what lies outside is moved to the nearer end.</param>
    /// <param name="message">At most 1,000 characters, the rest is cut; <see langword="null"/>: none.</param>
    public void ReportProgress(int percent, string? message = null) => reporter.ReportProgress(percent, message);

    /// <summary>Warns the submitter, who sees it also when the job succeeds. A warning already there is not added again.</summary>
    /// <param name="text">1 to 16,000 characters, the rest is cut; at most 100 warnings a job are kept.</param>
    public void Warn(string text) => reporter.Warn(text);

    /// <summary>Writes a line to the job's own log, of which each run keeps the last 64 KiB.</summary>
    public void WriteLog(string line) => reporter.WriteLog(line);
}
