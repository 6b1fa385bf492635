using CloudController.Jobs.Dashboard.Charts;
using CloudController.Jobs.Dashboard.Visits;
using CloudController.Jobs.Storage;

namespace CloudController.Jobs.Dashboard.Overview;

/// <summary>How everything goes; for those who see no more than their own jobs, these.</summary>
internal sealed class OverviewRoute(IJobStore store, OverviewCounts counts)
{
    public async Task<Answer> ShowAsync(Visit visit)
    {
        if (!visit.Caller.ReadsEverything)
            return new Answer.SeeOther($"{visit.Root}/jobs");

        var now = await counts.GetAsync(visit.Stop);
        var span = ActivitySpan.Of(visit.Query("span"));
        var steps = span.Add(await store.ListActivityAsync(span.Since(visit.Now), visit.Stop), visit.Now);
        var main = OverviewPage.Of(visit, now.Queues, now.Operations, now.Workers, ActivityCharts.Of(visit, span, steps));
        return new Answer.Page(Section.Overview, "Overview", main) { RefreshSeconds = 5 };
    }
}
