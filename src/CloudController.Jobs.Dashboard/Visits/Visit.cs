using CloudController.Jobs.AspNetCore.Auth;
using Microsoft.AspNetCore.Http;

namespace CloudController.Jobs.Dashboard.Visits;

/// <summary>A request of someone who is signed in.</summary>
/// <param name="Context">The request.</param>
/// <param name="Caller">Who.</param>
/// <param name="Root">Where the dashboard is, without a slash at the end.</param>
/// <param name="FormToken">What this session's forms carry.</param>
/// <param name="Now">The instant at which everything is looked at.</param>
/// <param name="Stop">The client is gone, or the page has taken too long.</param>
internal sealed record Visit(HttpContext Context, Caller Caller, string Root, string FormToken, DateTimeOffset Now, CancellationToken Stop)
{
    /// <summary>A value of the route; empty if it has none.</summary>
    public string Route(string name) => Context.Request.RouteValues[name] as string ?? "";

    /// <summary>A parameter of the query; empty if it has none.</summary>
    public string Query(string name) => Context.Request.Query[name].ToString();

    /// <summary>A field of the form; empty if it has none.</summary>
    public async Task<string> FieldAsync(string name) => (await Context.Request.ReadFormAsync(Stop))[name].ToString();
}
