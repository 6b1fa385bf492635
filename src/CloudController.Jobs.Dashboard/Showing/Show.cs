using System.Globalization;
using CloudController.Jobs.AspNetCore.Pages;

namespace CloudController.Jobs.Dashboard.Showing;

/// <summary>How values look on every page.</summary>
internal static class Show
{
    /// <summary>How long ago, or in how long; the instant itself on pointing at it.</summary>
    public static Html Ago(DateTimeOffset? instant, DateTimeOffset now)
    {
        if (instant is not { } at)
            return $"""<span class="muted">–</span>""";

        var (past, span) = (at <= now, About((at - now).Duration()));
        return $"""<time datetime="{Iso(at)}" title="{Absolute(at)}">{(past ? $"{span} ago" : $"in {span}")}</time>""";
    }

    /// <summary>The instant, and how long ago it is.</summary>
    public static Html At(DateTimeOffset? instant, DateTimeOffset now) => instant is { } at
        ? (Html)$"""<time datetime="{Iso(at)}">{Absolute(at)}</time> <span class="muted">({(at <= now ? $"{About(now - at)} ago" : $"in {About(at - now)}")})</span>"""
        : $"""<span class="muted">–</span>""";

    /// <summary>A duration, in its largest unit.</summary>
    public static string About(TimeSpan span) => span switch
    {
        { TotalMinutes: < 1 } => Text($"{(int)span.TotalSeconds} s"),
        { TotalHours: < 1 } => Text($"{(int)span.TotalMinutes} min"),
        { TotalDays: < 2 } => Text($"{(int)span.TotalHours} h"),
        _ => Text($"{(int)span.TotalDays} days"),
    };

    /// <summary>A duration, in its two largest units at most.</summary>
    public static string Span(TimeSpan span) => span switch
    {
        { TotalMilliseconds: < 1_000 } => Text($"{(int)span.TotalMilliseconds} ms"),
        { TotalSeconds: < 10 } => Text($"{span.TotalSeconds:0.0} s"),
        { TotalMinutes: < 1 } => Text($"{(int)span.TotalSeconds} s"),
        { TotalHours: < 1 } => span.Seconds == 0 ? Text($"{span.Minutes} min") : Text($"{span.Minutes} min {span.Seconds} s"),
        { TotalDays: < 1 } => span.Minutes == 0 ? Text($"{span.Hours} h") : Text($"{span.Hours} h {span.Minutes} min"),
        _ => span.Hours == 0 ? Text($"{span.Days} d") : Text($"{span.Days} d {span.Hours} h"),
    };

    /// <summary>A phase, by its name and a colour.</summary>
    public static Html Phase(JobPhase phase) => $"""<span class="badge {Tone(phase)}">{phase.PhaseName()}</span>""";

    /// <summary>How a run ended; without an end it goes on.</summary>
    public static Html Outcome(string? outcome) => outcome switch
    {
        null => $"""<span class="badge busy">running</span>""",
        "finished" => $"""<span class="badge good">finished</span>""",
        "failed" or "timed_out" or "lost" => $"""<span class="badge bad">{outcome.Replace('_', ' ')}</span>""",
        _ => $"""<span class="badge">{outcome.Replace('_', ' ')}</span>""",
    };

    /// <summary>A number with its thousands apart.</summary>
    public static string Number(long number) => number.ToString("#,0", Thin);

    /// <summary>A count that is exact up to a bound.</summary>
    public static string Count(int count, int countedUpTo) => count > countedUpTo ? $"{Number(countedUpTo)}+" : Number(count);

    /// <summary>A moment of the day, in UTC.</summary>
    public static string Clock(DateTimeOffset instant) => instant.UtcDateTime.ToString("HH:mm", CultureInfo.InvariantCulture);

    private static readonly NumberFormatInfo Thin = new() { NumberGroupSeparator = "\u202f" };

    private static string Tone(JobPhase phase) => phase switch
    {
        JobPhase.Running or JobPhase.Polling or JobPhase.PollDue => "busy",
        JobPhase.Finished => "good",
        JobPhase.Failed => "bad",
        JobPhase.Cancelled or JobPhase.Expired => "warn",
        _ => "",
    };

    private static string Iso(DateTimeOffset instant) => instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private static string Absolute(DateTimeOffset instant) => instant.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
