using System.Globalization;
using CloudController.Jobs.Client;
using Spectre.Console;

namespace CloudController.Jobs.Cli.Commands;

/// <summary>How a job's facts are written for people.</summary>
internal static class JobText
{
    /// <summary>The phase; for those who may not know it, the state.</summary>
    public static string Phase(JobDocument job) => job.Phase ?? job.State;

    /// <summary>Such as <c>running  40 %  Removing routes</c>.</summary>
    public static string Line(JobDocument job) => string.Join("  ", new[] { Phase(job), Progress(job) }.Where(part => part.Length > 0));

    /// <summary>Such as <c>40 %  Removing routes</c>; empty if there is none.</summary>
    public static string Progress(JobDocument job)
    {
        var percent = job.Progress?.Percent is { } number ? string.Create(CultureInfo.InvariantCulture, $"{number:0.#} %") : null;
        return string.Join("  ", new[] { percent, job.Progress?.Message }.Where(part => !string.IsNullOrEmpty(part)));
    }

    public static string Error(ErrorDocument error) => $"{error.Title} ({error.Code}): {error.Detail}";

    /// <summary>Of an exception's text, what fits in a table.</summary>
    public static string? FirstLine(string? text) => text?.Split('\n', 2)[0].TrimEnd('\r');

    /// <summary>Such as <c>refused (500), 3 tries, 2026-01-01T00:00:00Z</c>.</summary>
    public static string Callback(CallbackDocument callback)
    {
        var status = callback.Status is { } code ? string.Create(CultureInfo.InvariantCulture, $" ({code})") : "";
        return $"{callback.Outcome}{status}, {Counted.Tries(callback.Tries)}, {Time(callback.At)}";
    }

    public static string Time(DateTimeOffset time) => time.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>Such as <c>5 m</c>: whole seconds, minutes, hours or days.</summary>
    public static string Age(TimeSpan age) => age switch
    {
        { Ticks: < 0 } => "0 s",
        { TotalMinutes: < 1 } => $"{(int)age.TotalSeconds} s",
        { TotalHours: < 1 } => $"{(int)age.TotalMinutes} m",
        { TotalDays: < 2 } => $"{(int)age.TotalHours} h",
        _ => $"{(int)age.TotalDays} d",
    };

    public static Style Style(string phase) => phase switch
    {
        PhaseNames.Finished or StateNames.Complete => new(Color.Green),
        PhaseNames.Failed or StateNames.Failed => new(Color.Red),
        PhaseNames.Cancelled or PhaseNames.Expired => new(Color.Yellow),
        PhaseNames.Running or PhaseNames.Polling or StateNames.Polling => new(Color.Blue),
        _ => Spectre.Console.Style.Plain,
    };
}
