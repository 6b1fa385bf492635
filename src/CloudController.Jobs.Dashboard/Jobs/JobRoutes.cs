using CloudController.Jobs.AspNetCore.Explaining;
using CloudController.Jobs.AspNetCore.V3;
using CloudController.Jobs.AspNetCore.V3.Events;
using CloudController.Jobs.Dashboard.Visits;
using CloudController.Jobs.Storage;

namespace CloudController.Jobs.Dashboard.Jobs;

/// <summary>One job: all of it for its owner and those who read everything, for others what Cloud Controller shows; and what can be done to it.</summary>
internal sealed class JobRoutes(IJobStore store, JobExplainer explainer, EventsEndpoint events)
{
    public async Task<Answer> ShowAsync(Visit visit)
    {
        var job = JobGuid.TryParse(visit.Route("guid"), out var guid) ? await store.FindAsync(guid, visit.Stop) : null;
        if (job is null)
            return NotHeld;

        var caller = visit.Caller;
        var isWhole = job.Owner == caller.Owner || caller.ReadsEverything;
        var shown = new ShownJobPage(
            visit,
            job,
            isWhole,
            CanAct: caller.IsAdmin || (job.Owner == caller.Owner && caller.May(AspNetCore.Auth.Scope.Write)),
            Runs: isWhole ? await store.ListRunsAsync(job.Guid, visit.Stop) : [],
            Why: isWhole ? await explainer.ExplainAsync(job.Guid, caller.ReadsEverything, visit.Stop) : null);
        return new Answer.Page(Section.Jobs, $"{job.Operation} · {job.Lifecycle.Phase.PhaseName()}", OneJobPage.Of(shown))
        {
            Heading = OneJobPage.Heading(shown),
            RefreshSeconds = isWhole && job.Lifecycle.Phase.IsTerminal() ? 30 : 5,
            Events = isWhole && !job.Lifecycle.Phase.IsTerminal() ? $"{visit.Root}/jobs/{job.Guid}/events" : null,
        };
    }

    /// <summary>The job's event stream, as the API has it, for the session.</summary>
    public async Task<Answer> FollowAsync(Visit visit)
    {
        await events.FollowAsync(visit.Context);
        return new Answer.Done();
    }

    public Task<Answer> CancelAsync(Visit visit) => ActAsync(visit, store.CancelAsync, "cancelled");

    public Task<Answer> RetryAsync(Visit visit) => ActAsync(visit, store.RetryAsync, "retried");

    public Task<Answer> DeleteAsync(Visit visit) => ActAsync(visit, store.DeleteAsync, "deleted");

    private static Answer NotHeld { get; } = Notice.Of(404, "No such job", "It ended some time ago and has been forgotten, or there never was one.");

    private async Task<Answer> ActAsync(Visit visit, Func<Guid, CancellationToken, Task<ActionResult>> act, string done)
    {
        var (job, problem) = await JobActionEndpoints.FindAsync(visit.Route("guid"), visit.Caller, store, visit.Stop);
        if (job is null)
        {
            return problem == JobEndpoint.NotFound
                ? NotHeld
                : Notice.Of(403, "Not allowed", "The job belongs to someone else.");
        }

        // What has begun is not given up half way.
        var accepted = (await act(job.Guid, CancellationToken.None)).Accepted;
        var page = accepted && done == "deleted" ? $"{visit.Root}/jobs" : $"{visit.Root}/jobs/{job.Guid}";
        return new Answer.SeeOther(Said.At(page, accepted ? done : $"not-{done}"));
    }
}
