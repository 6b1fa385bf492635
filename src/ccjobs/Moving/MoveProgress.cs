using System.Globalization;

namespace CloudController.Jobs.Cli.Moving;

/// <summary>One line that tells how far a move is, where it can be overwritten; nothing elsewhere.</summary>
internal sealed class MoveProgress(Output output) : IDisposable
{
    private bool hasLine;

    public void Report(long jobs, long of)
    {
        if (!output.IsLive)
            return;

        hasLine = true;
        output.Console.Profile.Out.Writer.Write(string.Create(CultureInfo.InvariantCulture, $"\r{jobs:N0} of {of:N0} jobs"));
        output.Console.Profile.Out.Writer.Flush();
    }

    public void Dispose()
    {
        if (hasLine)
            output.Line("");
    }
}
