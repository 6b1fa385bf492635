using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using CloudController.Jobs.Client;

namespace CloudController.Jobs.Cli.Commands;

/// <summary>What <c>ccjobs queues limit</c> changes: numbers, or <c>none</c> to lift a limit.</summary>
internal static class LimitOptions
{
    private const string None = "none";
    private const int MostJobs = 1_000_000;
    private const int MostSeconds = 86_400;

    public static Option<string?> Concurrency { get; } = Create(
        "--concurrency", "N", "How many jobs may run at once; 'none' lifts the limit.", text => Number(text, MostJobs) is not null, $"1 to {MostJobs}, or none");

    public static Option<string?> Rate { get; } = Create(
        "--rate", "COUNT/SECONDS", "How many jobs may start within so many seconds; 'none' lifts the limit.", text => ParseRate(text) is not null,
        $"COUNT/SECONDS with 1 to {MostJobs} and 1 to {MostSeconds}, or none");

    public static void Require(CommandResult result)
    {
        if (result.GetResult(Concurrency) is null && result.GetResult(Rate) is null)
            result.AddError("Nothing is to change: give --concurrency or --rate.");
    }

    public static QueueLimitsChange Read(ParseResult parsed)
    {
        var change = new QueueLimitsChange();
        if (parsed.GetValue(Concurrency) is { } concurrency)
            change.Concurrency = Number(concurrency, MostJobs);
        if (parsed.GetValue(Rate) is { } rate)
            change.Rate = ParseRate(rate);

        return change;
    }

    private static Option<string?> Create(string name, string unit, string description, Func<string, bool> isValid, string allowed) => new(name)
    {
        Description = description,
        HelpName = unit,
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (text != None && !isValid(text))
                result.AddError($"{name} is '{text}'; it can be {allowed}.");
            return text;
        },
    };

    private static QueueRateDocument? ParseRate(string text) =>
        text.Split('/') is [var count, var seconds] && Number(count, MostJobs) is { } jobs && Number(seconds, MostSeconds) is { } span
            ? new QueueRateDocument(jobs, span)
            : null;

    private static int? Number(string text, int most) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= most ? number : null;
}
