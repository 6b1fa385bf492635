using CloudController.Jobs.Client;

namespace CloudController.Jobs.Cli.Commands;

/// <summary>The logs of a job's runs as far as they have been shown: of what comes again, only the new is.</summary>
internal sealed class ShownLogs(Output output)
{
    /// <summary>So much of what was shown last is looked for in a log whose beginning has been dropped.</summary>
    private const int Remembered = 1_000;

    private readonly Dictionary<(long Run, string Log), string> shown = [];
    private long last;

    /// <summary>Whether nothing has been shown.</summary>
    public bool IsEmpty => shown.Count == 0;

    public void Show(IEnumerable<AttemptDocument> runs)
    {
        foreach (var run in runs)
        {
            Show(run, nameof(run.Log), run.Log);
            Show(run, nameof(run.LogLines), run.LogLines);
        }
    }

    private void Show(AttemptDocument run, string name, string? log)
    {
        if (string.IsNullOrEmpty(log))
            return;

        var before = shown.GetValueOrDefault((run.Run, name), "");
        shown[(run.Run, name)] = log;
        var lines = News(before, log);
        if (lines.Length == 0)
            return;

        if (run.Run != last)
            output.Line($"-- run {run.Run}, attempt {run.Number}, since {JobText.Time(run.StartedAt)}");
        last = run.Run;
        foreach (var line in lines.TrimEnd('\n').Split('\n'))
            output.Line(line);
    }

    private static string News(string before, string log)
    {
        if (log.StartsWith(before, StringComparison.Ordinal))
            return log[before.Length..];

        var end = before[^Math.Min(Remembered, before.Length)..];
        return log.LastIndexOf(end, StringComparison.Ordinal) is >= 0 and var at ? log[(at + end.Length)..] : $"…\n{log}";
    }
}
