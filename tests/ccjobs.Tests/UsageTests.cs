namespace CloudController.Jobs.Cli.Tests;

/// <summary>Contract §1: exit 2 for wrong usage, one plain sentence on standard error. Nothing is sent anywhere.</summary>
public sealed class UsageTests
{
    private const string Guid = Documents.Guid;

    private const string Time = "it can be a time like 2030-01-31T08:00:00Z or 2030-01-31T08:00:00+01:00, or +90s, +10m, +2h, +1d.";

    private const string Url = "it can be an http or https URL without user name, query and fragment.";

    private const string State = "it can be PROCESSING, POLLING, COMPLETE, FAILED, or queued, running, finished, failed.";

    public static TheoryData<string[], string> WrongUsages => new()
    {
        { ["submitt"], "'submitt' is neither a command nor a setting; ccjobs --help shows the commands, and a setting is --Key=value." },
        { ["--Store"], "'--Store' is neither a command nor a setting; ccjobs --help shows the commands, and a setting is --Key=value." },
        { ["server", "x"], "'x' is neither a command nor a setting; ccjobs --help shows the commands, and a setting is --Key=value." },
        { ["--Store=postgres", "list"], "'--Store=postgres' comes before the command; settings follow it." },
        { ["submit"], "Required argument 'OPERATION' missing for command: 'submit'." },
        { ["submit", "--nope"], "There is no option '--nope' here." },
        { ["submit", "--nope", "noop"], "There is no option '--nope' here." },
        { ["submit", "noop", "stray"], "Unrecognized command or argument 'stray'." },
        { ["submit", "noop", "--queue"], "Required argument missing for option: '--queue'." },
        { ["submit", "noop", "--arguments", "{\"a\":"], "--arguments is no valid JSON: something is wrong in line 1, at byte 6." },
        { ["submit", "noop", "--arguments", "{\n \"a\": 01}"], "--arguments is no valid JSON: something is wrong in line 2, at byte 8." },
        { ["submit", "noop", "--arguments", ""], "--arguments is no valid JSON: something is wrong in line 1, at byte 1." },
        { ["submit", "noop", "--arguments", "@no/such/file"], "--arguments names the file 'no/such/file', which can't be read." },
        { ["submit", "noop", "--priority", "high"], "--priority is 'high'; it can be -1000 to 1000." },
        { ["submit", "noop", "--priority", "-1001"], "--priority is '-1001'; it can be -1000 to 1000." },
        { ["submit", "noop", "--run-at", "tomorrow"], $"--run-at is 'tomorrow'; {Time}" },
        { ["submit", "noop", "--run-at", "2030-01-31T08:00:00"], $"--run-at is '2030-01-31T08:00:00'; {Time}" },
        { ["submit", "noop", "--run-at", "+5"], $"--run-at is '+5'; {Time}" },
        { ["submit", "noop", "--run-at", "-5s"], $"--run-at is '-5s'; {Time}" },
        { ["submit", "noop", "--run-at", "+999999999999d"], $"--run-at is '+999999999999d'; {Time}" },
        { ["submit", "noop", "--expires-at", "2030-02-30T08:00:00Z"], $"--expires-at is '2030-02-30T08:00:00Z'; {Time}" },
        { ["submit", "noop", "--max-attempts", "0"], "--max-attempts is '0'; it can be 1 to 100." },
        { ["submit", "noop", "--timeout", "-1"], "--timeout is '-1'; it can be a whole number from 1 up." },
        { ["submit", "noop", "--timeout", "1.5"], "--timeout is '1.5'; it can be a whole number from 1 up." },
        { ["submit", "noop", "--idempotency-key", "é"], "--idempotency-key can be 1 to 255 printable ASCII characters." },
        { ["submit", "noop", "--label", "env"], "--label is 'env'; it can be key=value." },
        { ["submit", "noop", "--label", "a=1", "--label", "a=2"], "--label gives 'a' twice." },
        { ["submit", "noop", "--server", "localhost:8181"], $"--server is 'localhost:8181'; {Url}" },
        { ["submit", "noop", "--server", "http://user:secret@h"], $"--server is 'http://user:secret@h'; {Url}" },
        { ["submit", "noop", "--server", ""], $"--server is ''; {Url}" },
        { ["submit", "noop", "--token", "two words"], "--token holds no token; one is printable ASCII without spaces." },
        { ["submit", "noop", "--wait=maybe"], "Unrecognized command or argument 'maybe'." },
        { ["submit", "noop", "--queue", "a", "--queue", "b"], "Option '--queue' expects a single argument but 2 were provided." },
        { ["status"], "Required argument 'GUID' missing for command: 'status'." },
        { ["status", "7"], "'7' is no guid of a job; one has 36 characters, like 0b2ba1a5-6f1e-4a0c-9f0e-3b1d4c7a9e21." },
        { ["status", Guid, Guid], $"Unrecognized command or argument '{Guid}'." },
        { ["list", "--state", "done"], $"--state is 'done'; {State}" },
        { ["list", "--state", "running", "--phase", "queued"], "--state running can't be combined with --phase." },
        { ["list", "--limit", "0"], "--limit is '0'; it can be 1 to 5000." },
        { ["cancel"], "Which jobs? Name their guids, or say by options what they have in common." },
        { ["retry", "--dry-run"], "Which jobs? Name their guids, or say by options what they have in common." },
        { ["cancel", Guid, "nonsense"], "'nonsense' is no guid of a job; one has 36 characters, like 0b2ba1a5-6f1e-4a0c-9f0e-3b1d4c7a9e21." },
        { ["cancel", Guid, "--queue", "default"], "Guids can't be combined with options that say which jobs." },
        { ["why"], "Required argument 'GUID' missing for command: 'why'." },
        { ["logs", Guid, "--follow", "--json"], "--follow and --json can't be combined." },
        { ["queues", "pause"], "Required argument 'NAME' missing for command: 'pause'." },
        { ["queues", "stop", "default"], "Unrecognized command or argument 'stop'." },
    };

    [Theory]
    [MemberData(nameof(WrongUsages))]
    public async Task Wrong_usage_is_one_sentence_and_exit_code_2(string[] arguments, string sentence)
    {
        var ended = await Ccjobs.RunAsync(arguments);

        Assert.Equal($"{sentence}\n", ended.Error);
        Assert.Equal(2, ended.ExitCode);
        Assert.Empty(ended.Out);
    }

    [Fact]
    public async Task A_wrong_phase_is_told_what_phases_there_are()
    {
        var ended = await Ccjobs.RunAsync("list", "--phase", "RUNNING");

        Assert.Equal(2, ended.ExitCode);
        Assert.StartsWith("--phase is 'RUNNING'; it can be queued, scheduled, ", ended.Error);
    }

    [Fact]
    public async Task Arguments_on_standard_input_must_be_JSON_too()
    {
        var ended = await Ccjobs.RunAsync(new Setting(Input: "[1,]"), "submit", "noop", "--arguments", "-");

        Assert.Equal("--arguments is no valid JSON: something is wrong in line 1, at byte 4.\n", ended.Error);
        Assert.Equal(2, ended.ExitCode);
    }

    [Fact]
    public async Task A_wrong_variable_is_named()
    {
        var ended = await Ccjobs.RunAsync(new Setting(Environment: new() { ["CCJOBS_URL"] = "ftp://h" }), "list");

        Assert.Equal($"CCJOBS_URL is 'ftp://h'; {Url}\n", ended.Error);
        Assert.Equal(2, ended.ExitCode);
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("server", "--help")]
    [InlineData("submit", "--help")]
    [InlineData("status", "-h")]
    [InlineData("list", "--help")]
    [InlineData("cancel", "--help")]
    [InlineData("retry", "--help")]
    [InlineData("queues", "--help")]
    [InlineData("queues", "pause", "--help")]
    [InlineData("queues", "resume", "--help")]
    public async Task Every_command_has_help(params string[] arguments)
    {
        var ended = await Ccjobs.RunAsync(arguments);

        Assert.Equal(0, ended.ExitCode);
        Assert.Empty(ended.Error);
        Assert.Contains($"ccjobs {string.Join(' ', arguments.Where(argument => argument[0] != '-'))}".TrimEnd(), ended.Out);
    }
}
