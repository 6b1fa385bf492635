using CloudController.Jobs.Storage;
using Microsoft.AspNetCore.Http;

namespace CloudController.Jobs.AspNetCore.V3.Listing;

/// <summary>The filters of a list of jobs, as a query gives them.</summary>
internal sealed class JobQuery
{
    private const int MaxShown = 20;

    private static readonly string[] Filters =
        ["created_ats", "updated_ats", "guids", "states", "phases", "operations", "queues", "resource_guids", "label_selector"];

    private static readonly string[] FiltersAndPaging = ["page", "per_page", "order_by", .. Filters];
    private static readonly string[] States = [.. Enum.GetValues<JobPhase>().Select(JobPhases.StateName).Distinct()];
    private static readonly string[] Phases = [.. Enum.GetValues<JobPhase>().Select(JobPhases.PhaseName).Distinct()];

    private readonly List<string> errors = [];

    private JobQuery(QueryString query) => Parameters = new QueryParameters(query);

    public QueryParameters Parameters { get; }

    public JobFilter Filter { get; private set; } = JobFilter.None;

    public Paging Paging { get; private set; } = Paging.Default;

    /// <summary>Whether the filters exclude each other, or name only what cannot be held.</summary>
    public bool MatchesNothing => Filter.Guids is [] || Filter.Phases is [];

    /// <summary>What is wrong with the query, one message after the other; <see langword="null"/> if nothing is.</summary>
    public string? WhyNot => errors.Count == 0 ? null : string.Join(", ", errors);

    /// <summary>Reads the query of a list.</summary>
    public static JobQuery OfList(QueryString text)
    {
        var query = new JobQuery(text);
        query.RefuseOthersThan(FiltersAndPaging);
        query.Paging = Paging.Read(query.Parameters, query.errors);
        query.ReadFilter();
        return query;
    }

    /// <summary>Reads the query of an action on many jobs, which takes a filter and no paging.</summary>
    public static JobQuery OfAction(QueryString text)
    {
        var query = new JobQuery(text);
        query.RefuseOthersThan(Filters);
        query.ReadFilter();
        if (!query.Parameters.All.Any())
            query.errors.Add($"At least one filter is required. Valid parameters are: {Quoted(Filters)}");

        return query;
    }

    private static string Quoted(IEnumerable<string> names) => string.Join(", ", names.Select(name => $"'{name}'"));

    private static string NameOf(string parameter) =>
        parameter.IndexOf('[') is var at and > 0 && parameter.EndsWith(']') ? parameter[..at] : parameter;

    private void RefuseOthersThan(string[] allowed)
    {
        var unknown = Parameters.All
            .Select(pair => pair.Key)
            .Where(name => !IsAllowed(name, allowed))
            .Take(MaxShown)
            .Select(Submitting.FieldErrors.Shown)
            .ToList();
        if (unknown.Count > 0)
            errors.Add($"Unknown query parameter(s): {Quoted(unknown)}. Valid parameters are: {Quoted(allowed)}");
    }

    private static bool IsAllowed(string name, string[] allowed) =>
        allowed.Contains(name) || (NameOf(name) is "created_ats" or "updated_ats" && allowed.Contains(NameOf(name)));

    private void ReadFilter() => Filter = new JobFilter
    {
        Guids = ReadGuids(),
        Phases = ReadPhases(),
        Operations = ReadTexts("operations", "Operations"),
        Queues = ReadTexts("queues", "Queues"),
        ResourceGuids = ReadTexts("resource_guids", "Resource guids"),
        CreatedAts = TimeConditions.Read(Parameters, "created_ats", "Created ats", errors),
        UpdatedAts = TimeConditions.Read(Parameters, "updated_ats", "Updated ats", errors),
        Labels = ReadLabels(),
    };

    // What is no guid is not held.
    private Guid[]? ReadGuids() => Parameters.FindList("guids") is { } texts
        ? [.. texts.Select(text => JobGuid.TryParse(text, out var guid) ? guid : Guid.Empty).Where(guid => guid != Guid.Empty).Distinct()]
        : null;

    private JobPhase[]? ReadPhases()
    {
        var byState = ReadNames("states", "States", States, JobPhases.FromStateName);
        var byPhase = ReadNames("phases", "Phases", Phases, JobPhases.FromPhaseName);
        return byState is null ? byPhase : byPhase is null ? byState : [.. byState.Intersect(byPhase)];
    }

    private JobPhase[]? ReadNames(string parameter, string shown, string[] allowed, Func<string, IReadOnlyList<JobPhase>> phasesOf)
    {
        if (Parameters.FindList(parameter) is not { } names)
            return null;

        if (!names.All(allowed.Contains))
            errors.Add($"{shown} can only be: {Quoted(allowed)}");

        return [.. names.SelectMany(phasesOf).Distinct()];
    }

    private IReadOnlyList<string>? ReadTexts(string parameter, string shown)
    {
        var texts = Parameters.FindList(parameter);
        if (texts is not null && texts.Any(text => text.Contains('\0')))
            errors.Add($"{shown} must not have U+0000 in them");

        return texts;
    }

    private IReadOnlyList<LabelRequirement> ReadLabels()
    {
        if (Parameters.Find("label_selector") is not { } selector)
            return [];

        if (LabelSelector.WhyNot(selector, out var requirements) is { } whyNot)
            errors.Add(whyNot);

        return requirements;
    }
}
