namespace CloudController.Jobs;

/// <summary>How the store is treated at start: settings at the top level.</summary>
public sealed class StoreOptions
{
    /// <summary>Whether the schema is brought up to date at start, by default <see langword="true"/>; else a schema of another version stops the start.</summary>
    public bool AutoMigrate { get; set; } = true;

    /// <summary>Whether a store that is out of reach at start is waited for while the rest of the application starts; by default
    /// <see langword="false"/>: it stops the start. A store that several nodes share sets it.</summary>
    public bool WaitUntilReachable { get; set; }
}
