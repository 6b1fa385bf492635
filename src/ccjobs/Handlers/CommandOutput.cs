using System.Globalization;

namespace CloudController.Jobs.Cli.Handlers;

/// <summary>Reads what a command says on its standard output: <c>::progress 40 text</c> and <c>::warning text</c> report, all else is log.</summary>
internal sealed class CommandOutput(JobContext job)
{
    private const string Progress = "::progress ";
    private const string Warning = "::warning ";

    /// <summary>Takes one line.</summary>
    public void Take(string line)
    {
        if (TryReadProgress(line, out var percent, out var message))
            job.ReportProgress(percent, message);
        else if (line.StartsWith(Warning, StringComparison.Ordinal) && line.AsSpan(Warning.Length).Trim() is { IsEmpty: false } text)
            job.Warn(text.ToString());
        else
            job.WriteLog(line);
    }

    private static bool TryReadProgress(string line, out int percent, out string? message)
    {
        (percent, message) = (0, null);
        if (!line.StartsWith(Progress, StringComparison.Ordinal))
            return false;

        var words = line[Progress.Length..].Trim().Split(' ', 2, StringSplitOptions.TrimEntries);
        message = words.Length > 1 ? words[1] : null;
        return int.TryParse(words[0].TrimEnd('%'), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out percent);
    }
}
