using System.Buffers;

namespace CloudController.Jobs.AspNetCore.V3;

/// <summary>How keys and values of labels and annotations are spelt (Cloud Controller's rules).</summary>
internal static class LabelSyntax
{
    private const int MaxName = 63;
    private const int MaxPrefix = 253;
    private const string Reserved = "cloudfoundry.org";

    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.");

    private static readonly SearchValues<char> DnsCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-");

    /// <summary>What is wrong with a key, <c>[prefix/]name</c>; <see langword="null"/> if nothing is.</summary>
    public static string? WhyNotKey(string key)
    {
        var slash = key.IndexOf('/');
        if (slash >= 0 && key.IndexOf('/', slash + 1) >= 0)
            return "has more than one '/' in its key";

        if (slash >= 0 && WhyNotPrefix(key.AsSpan(0, slash)) is { } whyNot)
            return whyNot;

        var name = key.AsSpan(slash + 1);
        return name.IsEmpty ? "has an empty key" : WhyNotName(name, "key");
    }

    /// <summary>What is wrong with a label's value, which may be empty; <see langword="null"/> if nothing is.</summary>
    public static string? WhyNotValue(string value) => value.Length == 0 ? null : WhyNotName(value, "value");

    private static string? WhyNotName(ReadOnlySpan<char> name, string what) =>
        name.Length > MaxName ? $"has a {what} of more than {MaxName} characters"
        : name.ContainsAnyExcept(NameCharacters) ? $"has invalid characters in its {what}"
        : !char.IsAsciiLetterOrDigit(name[0]) || !char.IsAsciiLetterOrDigit(name[^1]) ? $"has a {what} that starts or ends with an invalid character"
        : null;

    private static string? WhyNotPrefix(ReadOnlySpan<char> prefix)
    {
        if (prefix.Length > MaxPrefix)
            return $"has a prefix of more than {MaxPrefix} characters";

        if (prefix.Equals(Reserved, StringComparison.OrdinalIgnoreCase))
            return $"has the prefix '{Reserved}', which is reserved";

        foreach (var part in prefix.Split('.'))
        {
            var label = prefix[part];
            if (label.Length is 0 or > MaxName || label.ContainsAnyExcept(DnsCharacters) || label[0] == '-' || label[^1] == '-')
                return "has a prefix that is no DNS name";
        }

        return null;
    }
}
