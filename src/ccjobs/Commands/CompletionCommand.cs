using System.CommandLine;

namespace CloudController.Jobs.Cli.Commands;

/// <summary><c>ccjobs completion</c>: what makes a shell complete commands and options.</summary>
internal static class CompletionCommand
{
    // The program itself knows what may come next: [suggest:PLACE] LINE prints that, a word a line. In a line the program is called ccjobs, whatever its path.
    private const string Bash = """
        _ccjobs() {
            local line="ccjobs ${COMP_LINE#"${COMP_WORDS[0]}" }" place=$((COMP_POINT - ${#COMP_WORDS[0]} + 6)) IFS=$'\n'
            COMPREPLY=($(compgen -W "$("${COMP_WORDS[0]}" "[suggest:$place]" "$line" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
        }
        complete -o default -F _ccjobs ccjobs
        """;

    private const string Zsh = """
        _ccjobs() {
            local line="ccjobs ${(j: :)words[2,CURRENT]}"
            local -a found=("${(@f)$("$words[1]" "[suggest:${#line}]" "$line" 2>/dev/null)}")
            compadd -a found || _files
        }
        compdef _ccjobs ccjobs
        """;

    private const string Fish = """
        function __ccjobs
            set -l line (commandline -cp)
            ccjobs "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null
        end
        complete -c ccjobs -a '(__ccjobs)'
        """;

    private static readonly Argument<string> Shell = new("SHELL")
    {
        Description = "bash (in ~/.bashrc: source <(ccjobs completion bash)), zsh (in ~/.zshrc, after compinit, likewise) or "
            + "fish (ccjobs completion fish > ~/.config/fish/completions/ccjobs.fish).",
        HelpName = "SHELL",
    };

    public static Command Create()
    {
        Shell.CompletionSources.Add("bash", "zsh", "fish");
        var command = new Command("completion", "Prints a script that makes a shell complete commands and options.") { Shell };
        command.SetAction(parsed =>
        {
            var output = Output.Create();
            var shell = parsed.GetRequiredValue(Shell);
            var script = shell switch
            {
                "bash" => Bash,
                "zsh" => Zsh,
                "fish" => Fish,
                _ => null,
            };
            if (script is null)
                return output.Refuse($"SHELL is '{shell}'; it can be bash, zsh or fish.");

            foreach (var line in script.Split('\n'))
                output.Line(line);
            return ExitCode.Done;
        });
        return command;
    }
}
