using System.Diagnostics;

namespace CloudController.Jobs.Errors;

/// <summary>How a job fails without a handler's word (contract §4), as a catalogue has it: an operator's file may word it anew.</summary>
public static class WellKnownErrors
{
    /// <summary>The last attempt took longer than the job's timeout.</summary>
    public static JobError JobTimeout(ErrorCatalog catalog) => Get(catalog, nameof(JobTimeout));

    /// <summary>Someone cancelled the job.</summary>
    public static JobError JobCancelled(ErrorCatalog catalog) => Get(catalog, nameof(JobCancelled));

    /// <summary>The job was not started by its <c>expires_at</c>.</summary>
    public static JobError JobExpired(ErrorCatalog catalog) => Get(catalog, nameof(JobExpired));

    /// <summary>A job that this one waits for failed.</summary>
    public static JobError JobDependencyFailed(ErrorCatalog catalog) => Get(catalog, nameof(JobDependencyFailed));

    /// <summary>As many workers in a row as <c>Jobs:MaxLostRuns</c> says vanished while they ran the job.</summary>
    public static JobError JobWorkerLost(ErrorCatalog catalog) => Get(catalog, nameof(JobWorkerLost));

    // Every catalogue has them: files add and replace, but take no name away.
    private static JobError Get(ErrorCatalog catalog, string name)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return catalog.TryFind(name, out var entry) ? entry.ToError() : throw new UnreachableException();
    }
}
