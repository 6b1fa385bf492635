namespace CloudController.Jobs.Cli;

/// <summary>What the process ends with.</summary>
internal static class ExitCode
{
    public const int Done = 0;

    /// <summary>The job failed, or the server said no.</summary>
    public const int Failed = 1;

    /// <summary>Wrong usage or setting.</summary>
    public const int Usage = 2;

    /// <summary>No server answers.</summary>
    public const int Unreachable = 3;

    /// <summary>Stopped by a signal, as shells have it for an interrupt.</summary>
    public const int Interrupted = 130;
}
