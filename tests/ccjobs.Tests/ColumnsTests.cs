using Spectre.Console;

namespace CloudController.Jobs.Cli.Tests;

public sealed class ColumnsTests
{
    private const string Long = "long text of a job";

    [Theory]
    [InlineData(40, "GUID     TEXT                OTHER\n12345678 long text of a job  x\n12345678                      some more\n")]
    [InlineData(30, "GUID      TEXT      OTHER\n12345678  long tex…  x\n12345678            some more\n")]
    public void What_does_not_fit_is_cut_where_it_is_widest(int width, string expected)
    {
        var written = Write(width);

        Assert.Equal(Words(expected), Words(written));
        Assert.All(written.Split('\n'), line => Assert.True(line.Length <= width, line));
    }

    [Fact]
    public void The_first_column_is_never_cut()
    {
        var lines = Write(20).Split('\n');

        Assert.All(lines[1..3], line => Assert.StartsWith("12345678", line));
    }

    private static string Write(int width)
    {
        var written = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(written) });
        console.Profile.Width = width;
        var table = new Columns("guid", "text", "other");
        table.Add("12345678", Long, "x");
        table.Add("12345678", null, "some more");

        new Output(console, Stream.Null, TextWriter.Null, isTerminal: true).Show(table);
        return written.ToString();
    }

    private static string[] Words(string text) => text.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
}
