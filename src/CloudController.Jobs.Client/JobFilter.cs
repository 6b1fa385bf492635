using System.Text;

namespace CloudController.Jobs.Client;

/// <summary>Which jobs to list, cancel or retry: those that match one value of every list given here.</summary>
public sealed record JobFilter
{
    /// <summary>These jobs.</summary>
    public IReadOnlyList<string>? Guids { get; init; }

    /// <summary>Of <see cref="StateNames"/>.</summary>
    public IReadOnlyList<string>? States { get; init; }

    /// <summary>Of <see cref="PhaseNames"/>.</summary>
    public IReadOnlyList<string>? Phases { get; init; }

    /// <summary>Operations.</summary>
    public IReadOnlyList<string>? Operations { get; init; }

    /// <summary>Queues.</summary>
    public IReadOnlyList<string>? Queues { get; init; }

    /// <summary>Guids of the resources that the jobs work on.</summary>
    public IReadOnlyList<string>? ResourceGuids { get; init; }

    /// <summary>Such as <c>env=prod,tier in (web,api)</c>.</summary>
    public string? LabelSelector { get; init; }

    /// <summary><c>created_at</c> or <c>updated_at</c>, <c>-</c> before it for the newest first; by default the oldest first. Lists only.</summary>
    public string? OrderBy { get; init; }

    /// <summary>Whether nothing is asked for, so that every job matches.</summary>
    public bool IsEmpty => ToQuery().Length == 0;

    internal string ToQuery()
    {
        var query = new StringBuilder();
        Add(query, "guids", Join(Guids));
        Add(query, "states", Join(States));
        Add(query, "phases", Join(Phases));
        Add(query, "operations", Join(Operations));
        Add(query, "queues", Join(Queues));
        Add(query, "resource_guids", Join(ResourceGuids));
        Add(query, "label_selector", LabelSelector);
        return query.ToString();
    }

    internal string ToQuery(int page, int perPage)
    {
        var query = new StringBuilder(ToQuery());
        Add(query, "order_by", OrderBy);
        Add(query, "page", $"{page}");
        Add(query, "per_page", $"{perPage}");
        return query.ToString();
    }

    // Lists are decoded once more after they were split, so that a value may hold a comma.
    private static string? Join(IReadOnlyList<string>? values) =>
        values is null or [] ? null : string.Join(',', values.Select(Uri.EscapeDataString));

    private static void Add(StringBuilder query, string name, string? value)
    {
        if (value is null)
            return;

        query.Append(query.Length == 0 ? "?" : "&").Append(name).Append('=').Append(Uri.EscapeDataString(value));
    }
}
