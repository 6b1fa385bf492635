using Spectre.Console;

namespace CloudController.Jobs.Cli.Tests;

/// <summary>What a server or submitter wrote must not steer the terminal of whoever reads it.</summary>
public sealed class EscapeTests
{
    private const string Hostile = @"\u001b]0;owned\u0007 [red]x[/] \u009b31m\nnext \u202eabc";

    private const string Shown = @"\u001b]0;owned\u0007 [red]x[/] \u009b31m\u000anext \u202eabc";

    [Fact]
    public async Task Progress_warnings_and_errors_are_shown_not_obeyed()
    {
        await using var server = await ScriptedServer.StartAsync(Documents.Job(
            "failed",
            $$"""{"percent":1,"message":"{{Hostile}}"}""",
            $$"""[{"code":1,"title":"CF-{{Hostile}}","detail":"{{Hostile}}"}]""",
            $$"""[{"detail":"{{Hostile}}"}]"""));

        var ended = await Ccjobs.RunAsync("status", Documents.Guid, "--wait", "--server", server.Url);

        Assert.Equal($"failed  1 %  {Shown}\nwarning  {Shown}\n", ended.Out);
        Assert.Equal($"CF-{Shown} (1): {Shown}\n", ended.Error);
    }

    [Fact]
    public async Task Tables_are_safe_too()
    {
        await using var server = await ScriptedServer.StartAsync(200, Documents.Page(1, Documents.Job("queued", operation: Hostile)));

        var ended = await Ccjobs.RunAsync("list", "--server", server.Url);

        Assert.Equal(2, ended.Lines.Length);
        Assert.Contains(Shown, ended.Lines[1]);
    }

    [Fact]
    public async Task A_refusal_is_safe_too()
    {
        await using var server = await ScriptedServer.StartAsync(422, Documents.Error("CF-X", 1, Hostile));

        var ended = await Ccjobs.RunAsync("list", "--server", server.Url);

        Assert.Equal($"The server said no: CF-X (1): {Shown}\n", ended.Error);
    }

    [Fact]
    public async Task The_live_line_shows_markup_and_escapes_as_text()
    {
        var written = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.Yes,
            ColorSystem = ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.Yes,
            Out = new AnsiConsoleOutput(written),
        });
        console.Profile.Width = 200;
        await using var server = await ScriptedServer.StartAsync(Documents.Job("finished", $$"""{"percent":1,"message":"{{Hostile}}"}"""));
        using var http = new HttpClient { BaseAddress = new Uri($"{server.Url}/") };
        var output = new Output(console, Stream.Null, TextWriter.Null, isTerminal: true);

        var exitCode = await new Commands.Following(new Client.JobsClient(http), output)
            .RunAsync(Documents.Guid, asJson: false, TestContext.Current.CancellationToken);

        Assert.Equal(0, exitCode);
        Assert.Contains(Shown, written.ToString());
        Assert.DoesNotContain("\e]0;", written.ToString());
    }

    [Fact]
    public void Json_on_a_terminal_means_the_same_without_control_characters()
    {
        using var results = new MemoryStream();
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(TextWriter.Null) });

        new Output(console, results, TextWriter.Null, isTerminal: true).Json("{\n \"a\":\"\u009b31m ü\"}"u8.ToArray());

        Assert.Equal("{\n \"a\":\"\\u009b31m ü\"}\n"u8, results.ToArray());
    }
}
