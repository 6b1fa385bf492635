namespace CloudController.Jobs.AspNetCore.Networking;

/// <summary>A request was to go where it may not. The message names host and address, and is for the log alone.</summary>
internal sealed class DestinationRefusedException(string message) : Exception(message);
