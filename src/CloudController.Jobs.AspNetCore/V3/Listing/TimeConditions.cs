using System.Globalization;
using CloudController.Jobs.Storage;

namespace CloudController.Jobs.AspNetCore.V3.Listing;

/// <summary>Reads <c>created_ats</c> and <c>updated_ats</c>: a list of exact times, and one time for each of <c>[lt] [lte] [gt] [gte]</c>.</summary>
internal static class TimeConditions
{
    private const string Format = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    public static IReadOnlyList<TimeCondition> Read(QueryParameters parameters, string name, string shown, List<string> errors)
    {
        var conditions = new List<TimeCondition>();
        foreach (var (parameter, _) in parameters.All)
        {
            var related = parameter.StartsWith(name + "[", StringComparison.Ordinal) && parameter.EndsWith(']');
            if (!related && parameter != name)
                continue;

            var relation = related ? parameter[(name.Length + 1)..^1] : null;
            if (ReadOne(parameters.FindList(parameter)!, relation, out var condition) is { } whyNot)
                errors.Add($"{shown} {whyNot}");
            else
                conditions.Add(condition!);
        }

        return conditions;
    }

    private static string? ReadOne(IReadOnlyList<string> texts, string? relation, out TimeCondition? condition)
    {
        condition = null;
        TimeComparison? comparison = relation switch
        {
            null => TimeComparison.Equal,
            "lt" => TimeComparison.Less,
            "lte" => TimeComparison.LessOrEqual,
            "gt" => TimeComparison.Greater,
            "gte" => TimeComparison.GreaterOrEqual,
            _ => null,
        };

        if (comparison is not { } known)
            return $"Invalid relational operator: '{Submitting.FieldErrors.Shown(relation!)}'";

        if (known != TimeComparison.Equal && texts.Count > 1)
            return "only accepts one value when using a relational operator";

        var times = new List<DateTimeOffset>(texts.Count);
        foreach (var text in texts)
        {
            if (!DateTimeOffset.TryParseExact(text, Format, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
                return "has an invalid timestamp format. Timestamps should be formatted as 'YYYY-MM-DDThh:mm:ssZ'";

            times.Add(time);
        }

        condition = new TimeCondition(known, times);
        return null;
    }
}
