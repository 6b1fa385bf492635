using System.Text;
using Spectre.Console;

namespace CloudController.Jobs.Cli.Tests;

/// <summary><c>--watch</c> of <c>list</c> and <c>queues</c>.</summary>
public sealed class WatchTests
{
    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public async Task Into_a_pipe_it_is_block_after_block_until_a_signal_which_is_no_failure(string signal)
    {
        await using var server = await ScriptedServer.StartAsync(Documents.Page(0), Documents.Page(1, Documents.Job("queued")));

        using var watching = Ccjobs.Start(new Setting(), "list", "--watch", "--server", server.Url);
        var lines = new List<string?>();
        while (lines.Count < 6)
            lines.Add(await watching.ReadLineAsync());
        await watching.SignalAsync(signal);
        var ended = await watching.EndAsync();

        Assert.Equal((0, ""), (ended.ExitCode, ended.Error));
        Assert.Equal(["No jobs.", ""], lines[..2]);
        Assert.StartsWith("GUID ", lines[2], StringComparison.Ordinal);
        Assert.StartsWith(Documents.Guid, lines[3], StringComparison.Ordinal);
        Assert.Equal(lines[2..4], [lines[5], lines[3]]);
        Assert.DoesNotContain('\e', ended.Out);
    }

    [Fact]
    public async Task A_server_that_is_gone_for_a_moment_is_told_of_and_asked_again()
    {
        await using var server = await ScriptedServer.StartAsync((number, context) => number == 1
            ? ScriptedServer.AnswerAsync(context, 503, Documents.Error("CF-ServiceUnavailable", 10015, "The service is unavailable."))
            : ScriptedServer.AnswerAsync(context, 200, """{"resources":[]}"""));

        using var watching = Ccjobs.Start(new Setting(), "queues", "--watch", "--json", "--server", server.Url);
        for (var answers = 0; answers < 2;)
            answers += await watching.ReadLineAsync() == """{"resources":[]}""" ? 1 : 0;
        await watching.SignalAsync("INT");
        var ended = await watching.EndAsync();

        Assert.Equal(0, ended.ExitCode);
        Assert.Contains("CF-ServiceUnavailable", ended.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void On_a_terminal_the_next_takes_the_place_of_the_last_as_far_as_the_screen_reaches()
    {
        using var screen = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.Yes,
            ColorSystem = ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.Yes,
            Out = new Screen(screen),
        });
        var output = new Output(console, Stream.Null, TextWriter.Null, isTerminal: true);
        var table = new Columns("n");
        for (var number = 0; number < 50; number++)
            table.Add($"{number}");

        output.ShowNext(() => output.Show(table));

        // Ten lines: the heading, seven numbers of which the last place tells of the rest, and room for the cursor.
        Assert.Equal("\e[H\e[J" + "N\n0\n1\n2\n3\n4\n5\nand 44 more\n", screen.ToString().ReplaceLineEndings("\n"));
    }

    private sealed class Screen(TextWriter writer) : IAnsiConsoleOutput
    {
        public TextWriter Writer => writer;

        public bool IsTerminal => true;

        public int Width => 80;

        public int Height => 10;

        public void SetEncoding(Encoding encoding)
        {
        }
    }
}
