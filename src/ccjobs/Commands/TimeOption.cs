using System.CommandLine;
using System.Globalization;
using System.Text.RegularExpressions;

namespace CloudController.Jobs.Cli.Commands;

/// <summary>Points in time on the command line: absolute, or from now on.</summary>
internal static partial class TimeOption
{
    private static readonly string[] Formats =
    [
        "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", "yyyy-MM-dd'T'HH:mmzzz", "yyyy-MM-dd'T'HH:mm'Z'",
    ];

    public static Option<DateTimeOffset?> Create(string name, string description, TimeProvider time) => new(name)
    {
        Description = $"{description}: ISO 8601 with an offset, or +90s, +10m, +2h, +1d from now.",
        HelpName = "T",
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (Parse(text, time.GetUtcNow()) is { } moment)
                return moment;

            result.AddError($"{name} is '{text}'; it can be a time like 2030-01-31T08:00:00Z or 2030-01-31T08:00:00+01:00, or +90s, +10m, +2h, +1d.");
            return null;
        },
    };

    internal static DateTimeOffset? Parse(string text, DateTimeOffset now)
    {
        if (FromNow().Match(text) is { Success: true } match)
        {
            var seconds = long.Parse(match.Groups["count"].ValueSpan, CultureInfo.InvariantCulture) * Seconds(match.Groups["unit"].ValueSpan[0]);
            return seconds < (DateTimeOffset.MaxValue - now).TotalSeconds ? now.AddSeconds(seconds) : null;
        }

        return DateTimeOffset.TryParseExact(text, Formats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment) ? moment : null;
    }

    private static long Seconds(char unit) => unit switch
    {
        's' => 1,
        'm' => 60,
        'h' => 3_600,
        _ => 86_400,
    };

    [GeneratedRegex(@"\A\+(?<count>[0-9]{1,12})(?<unit>[smhd])\z")]
    private static partial Regex FromNow();
}
