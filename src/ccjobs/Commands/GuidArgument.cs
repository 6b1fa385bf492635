using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.RegularExpressions;

namespace CloudController.Jobs.Cli.Commands;

/// <summary>Guids of jobs on the command line.</summary>
internal static partial class GuidArgument
{
    public static Argument<string> One() => new("GUID") { Description = "The job.", CustomParser = result => Check(result).FirstOrDefault() };

    public static Argument<string[]> Many() => new("GUID")
    {
        Description = "The jobs; instead of them, the options say which.",
        Arity = ArgumentArity.ZeroOrMore,
        CustomParser = Check,
    };

    private static string[] Check(ArgumentResult result)
    {
        string[] guids = [.. result.Tokens.Select(token => token.Value)];
        if (guids.FirstOrDefault(guid => !Spelling().IsMatch(guid)) is { } wrong)
            result.AddError($"'{wrong}' is no guid of a job; one has 36 characters, like 0b2ba1a5-6f1e-4a0c-9f0e-3b1d4c7a9e21.");

        return guids;
    }

    [GeneratedRegex(@"\A[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\z")]
    private static partial Regex Spelling();
}
