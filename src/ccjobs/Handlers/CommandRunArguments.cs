using System.Text;
using System.Text.Json;

namespace CloudController.Jobs.Cli.Handlers;

/// <summary>Arguments of <c>command.run</c>.</summary>
internal sealed record CommandRunArguments : IJobArguments
{
    public static string Operation => "command.run";

    /// <summary>Which configured program; required.</summary>
    public string? Command { get; init; }

    /// <summary>What the program reads on its standard input; by default <c>{}</c>.</summary>
    public JsonElement Arguments { get; init; }

    public string? Validate() => Command is null ? "arguments.command is missing" : null;

    /// <summary>One document and a line's end, so that a script can read it as a line.</summary>
    public byte[] Input() => Encoding.UTF8.GetBytes((Arguments.ValueKind == JsonValueKind.Undefined ? "{}" : Arguments.GetRawText()) + "\n");
}
