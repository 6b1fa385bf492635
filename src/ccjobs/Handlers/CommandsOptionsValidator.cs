using Microsoft.Extensions.Options;

namespace CloudController.Jobs.Cli.Handlers;

/// <summary>Refuses settings of which no command could be started, or that would not mean what they look like.</summary>
/// <param name="section">Section <c>Commands</c>, which still has what binding passes over.</param>
internal sealed class CommandsOptionsValidator(IConfiguration section) : IValidateOptions<CommandsOptions>
{
    private static readonly string[] Keys = [nameof(CommandOptions.Program), nameof(CommandOptions.Arguments), nameof(CommandOptions.Scopes)];
    private static readonly string[] Lists = [nameof(CommandOptions.Arguments), nameof(CommandOptions.Scopes)];

    public ValidateOptionsResult Validate(string? name, CommandsOptions options)
    {
        var failure = section.GetChildren().Select(command => WhyNot(command) ?? WhyNotProgram(command)).FirstOrDefault(whyNot => whyNot is not null);
        return failure is null ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failure);
    }

    private static string? WhyNot(IConfigurationSection command)
    {
        if (command.Value is { Length: > 0 })
            return $"{command.Path} is '{command.Value}'; it is a section: write {command.Path}:Program.";
        if (command.GetChildren().FirstOrDefault(child => !Keys.Contains(child.Key, StringComparer.OrdinalIgnoreCase)) is { } unknown)
            return $"{unknown.Path} is '{unknown.Value}'; there can be {string.Join(", ", Keys)}.";

        if (Lists.Select(command.GetSection).FirstOrDefault(list => list.Value is { Length: > 0 }) is { } single)
            return $"{single.Path} is '{single.Value}'; it is a list: write {single.Path}:0, {single.Path}:1 and so on.";

        // An empty scope would be one that nobody has, and looks like one that everybody has.
        var scopes = command.GetSection(nameof(CommandOptions.Scopes)).GetChildren();
        return scopes.FirstOrDefault(scope => string.IsNullOrWhiteSpace(scope.Value)) is { } empty
            ? $"{empty.Path} is '{empty.Value}'; it can be the name of a scope."
            : null;
    }

    private static string? WhyNotProgram(IConfigurationSection command)
    {
        var program = command[nameof(CommandOptions.Program)] ?? "";
        return Path.IsPathFullyQualified(program) || (program.Length > 0 && Path.GetFileName(program) == program)
            ? null
            : $"{command.Path}:Program is '{program}'; it can be an absolute path, or the name of a program on PATH.";
    }
}
