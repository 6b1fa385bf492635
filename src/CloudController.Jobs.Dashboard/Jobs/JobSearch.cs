using CloudController.Jobs.AspNetCore.V3.Listing;
using CloudController.Jobs.Dashboard.Visits;
using Microsoft.AspNetCore.Http;

namespace CloudController.Jobs.Dashboard.Jobs;

/// <summary>What the list of jobs is asked for: the API's own filters, of which a form's empty fields are none.</summary>
internal sealed class JobSearch
{
    public const int PerPage = 50;

    /// <summary>Nobody reads further; and what lies further back takes the store the longer, the more it is.</summary>
    public const int MostPages = 100;

    private static readonly string[] Filters = ["guids", "phases", "states", "operations", "queues", "resource_guids", "label_selector"];

    private readonly Dictionary<string, string> given = new(StringComparer.Ordinal);

    private JobSearch(Visit visit)
    {
        foreach (var name in Filters)
        {
            if (visit.Query(name).Trim() is { Length: > 0 } value)
                given[name] = value;
        }

        var page = visit.Query("page");
        Query = JobQuery.OfList(QueryOf(page.Length == 0 ? "1" : page, ("per_page", $"{PerPage}"), ("order_by", "-created_at")));
    }

    /// <summary>The search as the API reads it, the newest jobs first.</summary>
    public JobQuery Query { get; }

    public bool IsFiltered => given.Count > 0;

    /// <summary>What is wrong with the search; <see langword="null"/> if nothing is.</summary>
    public string? WhyNot => Query.WhyNot
        ?? (Query.Paging.Page > MostPages ? $"There are {MostPages} pages at most. Narrow the search to see older jobs." : null);

    public static JobSearch Of(Visit visit) => new(visit);

    /// <summary>What was given for a filter; empty if nothing was.</summary>
    public string Value(string filter) => given.GetValueOrDefault(filter, "");

    /// <summary>The same search, another page.</summary>
    public string Page(int page) => QueryOf($"{page}").ToUriComponent();

    private QueryString QueryOf(string page, params (string Name, string Value)[] more)
    {
        var query = default(QueryString);
        foreach (var (name, value) in given)
            query = query.Add(name, value);

        foreach (var (name, value) in more)
            query = query.Add(name, value);

        return query.Add("page", page);
    }
}
