namespace CloudController.Jobs.Client;

/// <summary>No server of this API answered: the connection was refused or broken, the name is unknown, time ran out, or what answered is something
/// else. A request that changes something may or may not have arrived.</summary>
public sealed class JobsServerUnreachableException(string message, Exception? innerException = null) : Exception(message, innerException);
