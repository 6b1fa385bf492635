using System.CommandLine;

namespace CloudController.Jobs.Cli.Commands;

/// <summary>Settings on the command line of what opens a store itself: <c>--Key=value</c> or <c>--Key value</c>.</summary>
internal static class SettingsArgument
{
    public static Argument<string[]> Create()
    {
        var settings = new Argument<string[]>("setting")
        {
            Description = "--Key=value, such as --urls=http://127.0.0.1:8181, --DataDirectory=/var/lib/ccjobs or --Worker:Concurrency=8.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        settings.Validators.Add(result =>
        {
            if (FirstStray([.. result.Tokens.Select(token => token.Value)]) is { } stray)
                result.AddError($"'{stray}' is neither a command nor a setting; ccjobs --help shows the commands, and a setting is --Key=value.");
        });
        return settings;
    }

    /// <summary>The first token that is neither <c>--Key=value</c> nor part of <c>--Key value</c>.</summary>
    private static string? FirstStray(IReadOnlyList<string> tokens)
    {
        for (var i = 0; i < tokens.Count; i++)
        {
            var isSetting = tokens[i].StartsWith("--", StringComparison.Ordinal) && tokens[i].Length > 2 && tokens[i][2] != '=';
            if (!isSetting)
                return tokens[i];
            if (tokens[i].Contains('='))
                continue;
            if (++i == tokens.Count)
                return tokens[i - 1];
        }

        return null;
    }
}
