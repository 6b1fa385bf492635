namespace CloudController.Jobs.Cli;

/// <summary>The command line, or a setting that a command takes, is wrong.</summary>
/// <param name="message">One sentence: what was wrong, the value, what is allowed.</param>
internal sealed class UsageException(string message) : Exception(message);
