using CloudController.Jobs.Storage;

namespace CloudController.Jobs.AspNetCore.V3.Listing;

/// <summary>Reads <c>label_selector</c>: requirements split at commas outside parentheses, all of which hold (Cloud Controller's grammar).</summary>
internal static class LabelSelector
{
    private const int MaxRequirements = 50;

    /// <returns>What is wrong with it; <see langword="null"/> if nothing is.</returns>
    public static string? WhyNot(string selector, out IReadOnlyList<LabelRequirement> requirements)
    {
        requirements = [];
        if (string.IsNullOrWhiteSpace(selector))
            return "Missing label_selector value";

        var parts = Split(selector);
        if (parts.Count > MaxRequirements)
            return $"Too many label_selector requirements (maximum is {MaxRequirements})";

        var read = new List<LabelRequirement>(parts.Count);
        foreach (var part in parts)
        {
            if (Read(part.Trim()) is not { } requirement)
                return "Invalid label_selector value";

            read.Add(requirement);
        }

        requirements = read;
        return null;
    }

    private static List<string> Split(string selector)
    {
        var parts = new List<string>();
        var (start, depth) = (0, 0);
        for (var at = 0; at < selector.Length; at++)
        {
            switch (selector[at])
            {
                case '(':
                    depth++;
                    break;
                case ')':
                    depth--;
                    break;
                case ',' when depth <= 0:
                    parts.Add(selector[start..at]);
                    start = at + 1;
                    break;
            }
        }

        parts.Add(selector[start..]);
        return parts;
    }

    private static LabelRequirement? Read(string text)
    {
        if (text.EndsWith(')'))
            return ReadSet(text, " notin (", LabelMatch.NotIn) ?? ReadSet(text, " in (", LabelMatch.In);

        if (text.StartsWith('!'))
            return Create(text[1..], LabelMatch.Absent);

        return ReadPair(text, "!=", LabelMatch.NotIn)
            ?? ReadPair(text, "==", LabelMatch.In)
            ?? ReadPair(text, "=", LabelMatch.In)
            ?? Create(text, LabelMatch.Exists);
    }

    private static LabelRequirement? ReadSet(string text, string word, LabelMatch match)
    {
        var at = text.IndexOf(word, StringComparison.Ordinal);
        return at < 0 ? null : Create(text[..at], match, [.. text[(at + word.Length)..^1].Split(',').Select(value => value.Trim())]);
    }

    private static LabelRequirement? ReadPair(string text, string sign, LabelMatch match)
    {
        var at = text.IndexOf(sign, StringComparison.Ordinal);
        return at < 0 ? null : Create(text[..at], match, text[(at + sign.Length)..]);
    }

    private static LabelRequirement? Create(string key, LabelMatch match, params string[] values) =>
        LabelSyntax.WhyNotKey(key) is null && values.All(value => LabelSyntax.WhyNotValue(value) is null)
            ? new LabelRequirement(key, match, values)
            : null;
}
