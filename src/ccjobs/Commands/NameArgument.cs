using System.CommandLine;

namespace CloudController.Jobs.Cli.Commands;

/// <summary>Names on the command line; what looks like an option is a misspelt one.</summary>
internal static class NameArgument
{
    public static Argument<string> Create(string name, string description)
    {
        var argument = new Argument<string>(name) { Description = description };
        argument.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: ['-', '-', ..] option }])
                result.AddError($"There is no option '{option}' here.");
        });
        return argument;
    }
}
