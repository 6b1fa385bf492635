namespace CloudController.Jobs.Cli.Handlers;

/// <summary>The programs that <c>command.run</c> jobs may start: section <c>Commands</c>.</summary>
internal sealed class CommandsOptions
{
    /// <summary>By the name that submitters use; letter case does not count, as in all settings.</summary>
    public Dictionary<string, CommandOptions> ByName { get; } = new(StringComparer.OrdinalIgnoreCase);
}

/// <summary>One program: section <c>Commands:NAME</c>.</summary>
internal sealed class CommandOptions
{
    /// <summary>An absolute path, or a name that <c>PATH</c> holds; required.</summary>
    public string Program { get; set; } = "";

    /// <summary>Its whole argument vector; by default empty.</summary>
    public IList<string> Arguments { get; } = [];

    /// <summary>Any one of these scopes allows to submit it; by default <c>cloud_controller.admin</c>, which always does.</summary>
    public IList<string> Scopes { get; } = [];
}
