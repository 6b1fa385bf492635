using CloudController.Jobs.AspNetCore.Auth;
using CloudController.Jobs.AspNetCore.Errors;
using CloudController.Jobs.AspNetCore.Responses;
using CloudController.Jobs.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace CloudController.Jobs.AspNetCore.V3.Listing;

/// <summary>Lists jobs: one's own, and for those who read everything anyone's.</summary>
internal static class ListEndpoint
{
    private static readonly JobPage Nothing = new([], 0);

    public static void MapJobList(this IEndpointRouteBuilder v3) =>
        v3.MapMethods("/jobs", [HttpMethods.Get, HttpMethods.Head], ListAsync).RequireScope(Scope.Read);

    private static async Task<IResult> ListAsync(Caller caller, IJobStore store, Links links, HttpContext context)
    {
        var query = JobQuery.OfList(context.Request.QueryString);
        if (query.WhyNot is { } whyNot)
            return CloudControllerProblem.BadQueryParameter(whyNot);

        var (filter, paging) = (caller.ReadsEverything ? query.Filter : query.Filter with { Owner = caller.Owner }, query.Paging);
        var page = query.MatchesNothing ? Nothing : await store.ListAsync(filter, paging.Order, paging.Skip, paging.PerPage, context.RequestAborted);
        return new V3Result<ShownPage>(StatusCodes.Status200OK, new ShownPage(page, query, links.Base(context)), ListDocument.Write);
    }
}
