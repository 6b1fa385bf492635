namespace CloudController.Jobs.Cli.Torture;

/// <summary>How this program is started once more.</summary>
/// <param name="File">The program.</param>
/// <param name="Arguments">What comes before its own command line.</param>
internal sealed record Executable(string File, IReadOnlyList<string> Arguments)
{
    private const string Host = "dotnet";

    /// <summary>As it was started itself: alone, or by the framework's host.</summary>
    public static Executable Own()
    {
        var process = Environment.ProcessPath ?? throw new InvalidOperationException("This program does not know where it is.");
        return Path.GetFileNameWithoutExtension(process) == Host
            ? new Executable(process, [Environment.GetCommandLineArgs()[0]])
            : new Executable(process, []);
    }
}
