using CloudController.Jobs.AspNetCore.Estimates;
using CloudController.Jobs.Storage;

namespace CloudController.Jobs.AspNetCore.Explaining;

/// <summary>Says why a job waits, or what it does, from what the store knows at this moment.</summary>
internal sealed class JobExplainer(IJobStore store, OperationHistories histories, TimeProvider clock)
{
    /// <summary>Explains a job; <see langword="null"/> if it is not held.</summary>
    /// <param name="guid">The job.</param>
    /// <param name="readsEverything">Whether the reader also sees workers' names, and who paused what and why.</param>
    /// <param name="cancellationToken">Stops the queries.</param>
    public async Task<JobExplanation?> ExplainAsync(Guid guid, bool readsEverything, CancellationToken cancellationToken)
    {
        if (await store.FindSituationAsync(guid, cancellationToken) is not { } situation)
            return null;

        var life = situation.Job.Lifecycle;
        var waits = !life.Phase.IsTerminal() && life.Phase != JobPhase.Running;
        var workers = waits ? await store.ListWorkersAsync(cancellationToken) : [];
        var history = life.ActiveSince is null ? null : await histories.FindAsync(situation.Job.Operation, cancellationToken);
        var now = clock.GetUtcNow();
        return new JobExplanation(
            situation.Job,
            new JobCauses(situation, workers, now, readsEverything).List(),
            life.ActiveSince is { } since ? history?.Estimate(since, now) : null);
    }
}
