namespace CloudController.Jobs.Cli.Torture;

/// <summary>The trial could not be made: a node did not start, or none answers. Says so in a sentence.</summary>
internal sealed class TortureException(string message) : Exception(message);
