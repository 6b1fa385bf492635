using System.Diagnostics;

namespace CloudController.Jobs.Cli.Tests;

/// <summary><c>ccjobs completion</c>: a real bash completes with what it prints.</summary>
public sealed class CompletionTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("ccjobs mi", "migrate")]
    [InlineData("ccjobs list --wat", "--watch")]
    [InlineData("ccjobs list --state CO", "COMPLETE")]
    [InlineData("ccjobs queues pau", "pause")]
    [InlineData("/usr/local/bin/ccjobs completion z", "zsh")]
    public async Task Bash_completes_what_was_begun(string line, string word)
    {
        var script = (await Ccjobs.RunAsync("completion", "bash")).Out;

        // The program as bash would find it, and the variables in which bash tells a completion function of the line.
        var words = string.Join(' ', line.Split(' ').Select(each => $"'{each}'"));
        var program = line.Split(' ')[0];
        var completed = await BashAsync($$"""
            function {{program}} () (exec dotnet '{{Path.Combine(AppContext.BaseDirectory, "ccjobs.dll")}}' "$@")
            {{script}}
            COMP_LINE='{{line}}' COMP_POINT={{line.Length}} COMP_WORDS=({{words}}) COMP_CWORD={{line.Split(' ').Length - 1}}
            _ccjobs
            printf '%s\n' "${COMPREPLY[@]}"
            """);

        Assert.Equal($"{word}\n", completed);
    }

    [Theory]
    [InlineData("zsh", "compdef _ccjobs ccjobs")]
    [InlineData("fish", "complete -c ccjobs -a '(__ccjobs)'")]
    public async Task Other_shells_have_scripts_too(string shell, string line) =>
        Assert.Equal(line, (await Ccjobs.RunAsync("completion", shell)).Lines[^1]);

    [Fact]
    public async Task Another_shell_is_refused()
    {
        var ended = await Ccjobs.RunAsync("completion", "tcsh");

        Assert.Equal((2, "SHELL is 'tcsh'; it can be bash, zsh or fish.\n", ""), (ended.ExitCode, ended.Error, ended.Out));
    }

    private static async Task<string> BashAsync(string script)
    {
        using var bash = Process.Start(new ProcessStartInfo("bash", ["--norc", "-c", script]) { RedirectStandardOutput = true })!;
        var output = await bash.StandardOutput.ReadToEndAsync(Cancellation);
        await bash.WaitForExitAsync(Cancellation);
        return output;
    }
}
