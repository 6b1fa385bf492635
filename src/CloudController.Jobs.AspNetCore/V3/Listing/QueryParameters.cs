using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace CloudController.Jobs.AspNetCore.V3.Listing;

/// <summary>The parameters of a query, decoded once, by name; letter case counts, and of one that comes twice the last holds.</summary>
internal sealed class QueryParameters
{
    private readonly SortedDictionary<string, string> values = new(StringComparer.Ordinal);

    public QueryParameters(QueryString query)
    {
        foreach (var pair in new QueryStringEnumerable(query.Value))
            values[pair.DecodeName().ToString()] = pair.DecodeValue().ToString();
    }

    /// <summary>In alphabetical order.</summary>
    public IEnumerable<KeyValuePair<string, string>> All => values;

    public string? Find(string name) => values.GetValueOrDefault(name);

    /// <summary>A list: split at commas, spaces after a comma dropped, each value percent-decoded once more, so that a comma inside a value is sent
    /// encoded twice; <see langword="null"/> if the parameter is not given.</summary>
    public IReadOnlyList<string>? FindList(string name) => Find(name) is { } text
        ? [.. text.Split(',').Select((part, index) => Decode(index == 0 ? part : part.TrimStart(' ')))]
        : null;

    private static string Decode(string text) => text.Contains('%') ? Uri.UnescapeDataString(text) : text;
}
