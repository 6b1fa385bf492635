namespace CloudController.Jobs.Client;

/// <summary>The values of <see cref="JobDocument.State"/>.</summary>
public static class StateNames
{
    /// <summary>Waits or runs.</summary>
    public const string Processing = "PROCESSING";

    /// <summary>Waits for its next poll of something outside, or for its children.</summary>
    public const string Polling = "POLLING";

    /// <summary>Done.</summary>
    public const string Complete = "COMPLETE";

    /// <summary>Failed for good, cancelled or expired.</summary>
    public const string Failed = "FAILED";
}
