namespace CloudController.Jobs.Cli.Server;

/// <summary>Whether a node has started.</summary>
internal sealed class StartFlag
{
    private volatile bool isSet;

    public bool IsSet => isSet;

    public void Set() => isSet = true;
}
