using CloudController.Jobs.AspNetCore.V3.Listing;
using CloudController.Jobs.Dashboard.Visits;
using CloudController.Jobs.Storage;

namespace CloudController.Jobs.Dashboard.Jobs;

/// <summary>The jobs that a search finds: one's own, and for those who read everything anyone's.</summary>
internal sealed class JobListRoute(IJobStore store)
{
    private static readonly JobPage Nothing = new([], 0);

    public async Task<Answer> ShowAsync(Visit visit)
    {
        var search = JobSearch.Of(visit);
        var query = search.Query;
        var page = search.WhyNot is null && !query.MatchesNothing ? await FindAsync(visit, query) : Nothing;
        return new Answer.Page(Section.Jobs, "Jobs", JobListPage.Of(visit, search, page)) { RefreshSeconds = 5 };
    }

    private Task<JobPage> FindAsync(Visit visit, JobQuery query)
    {
        var filter = visit.Caller.ReadsEverything ? query.Filter : query.Filter with { Owner = visit.Caller.Owner };
        return store.ListAsync(filter, query.Paging.Order, query.Paging.Skip, query.Paging.PerPage, visit.Stop);
    }
}
