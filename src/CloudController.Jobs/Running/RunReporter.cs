using CloudController.Jobs.Storage;

namespace CloudController.Jobs.Running;

/// <summary>Gathers what a run reports until the next heartbeat, or its end, takes it to the store.</summary>
/// <param name="reported">Called after each report of progress or warning: someone may be following.</param>
/// <param name="logged">Called after the first line of a log since the last were taken: that can wait a little.</param>
internal sealed class RunReporter(Action reported, Action logged)
{
    /// <summary>Longest progress message.</summary>
    public const int MaxMessageLength = 1_000;

    /// <summary>Longest warning.</summary>
    public const int MaxWarningLength = 16_000;

    /// <summary>Most warnings of one job.</summary>
    public const int MaxWarnings = 100;

    private readonly Lock gate = new();
    private JobProgress? progress;
    private List<string>? warnings;
    private readonly LogTail log = new();
    private readonly LogTail logLines = new();

    public void ReportProgress(int percent, string? message)
    {
        lock (gate)
        {
            progress = new JobProgress(Math.Clamp(percent, 0, 100), message is null ? null : Text.Cut(message, MaxMessageLength));
        }

        reported();
    }

    public void Warn(string text)
    {
        ArgumentException.ThrowIfNullOrEmpty(text);
        lock (gate)
        {
            warnings ??= [];
            if (warnings.Count >= MaxWarnings)
            {
                return;
            }

            warnings.Add(Text.Cut(text, MaxWarningLength));
        }

        reported();
    }

    /// <summary>A line of the job's own log.</summary>
    public void WriteLog(string line) => Add(log, line);

    /// <summary>A line of the program's log.</summary>
    public void KeepLogLine(string line) => Add(logLines, line);

    /// <summary>What has been reported since the last call.</summary>
    public RunReport Take()
    {
        lock (gate)
        {
            if (progress is null && warnings is null && log.IsEmpty && logLines.IsEmpty)
            {
                return RunReport.None;
            }

            var report = new RunReport(progress, warnings ?? [], log.Take()) { LogLines = logLines.Take() };
            (progress, warnings) = (null, null);
            return report;
        }
    }

    /// <summary>Puts back what could not be kept, unless something newer has come.</summary>
    public void Return(RunReport report)
    {
        if (report.IsEmpty)
        {
            return;
        }

        lock (gate)
        {
            progress ??= report.Progress;
            if (report.Warnings.Count > 0)
            {
                warnings = [.. report.Warnings, .. warnings ?? []];
            }

            log.Return(report.Log);
            logLines.Return(report.LogLines);
        }
    }

    private void Add(LogTail tail, string line)
    {
        bool first;
        lock (gate)
        {
            first = log.IsEmpty && logLines.IsEmpty;
            tail.Add(line);
        }

        if (first)
        {
            logged();
        }
    }
}
