using System.CommandLine;

namespace CloudController.Jobs.Cli.Commands;

/// <summary>Options without a value.</summary>
internal static class FlagOption
{
    public static Option<bool> Create(string name, string description) => new(name) { Description = description, Arity = ArgumentArity.Zero };
}
