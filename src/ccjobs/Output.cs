using System.Text;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace CloudController.Jobs.Cli;

/// <summary>What a command says: results on standard output, errors as one sentence each on standard error.</summary>
internal sealed class Output(IAnsiConsole console, Stream results, TextWriter errors, bool isTerminal)
{
    /// <summary>Lines of a file or pipe are as long as they need to be.</summary>
    private const int Unlimited = 10_000;

    /// <summary>Of a screen that is not to scroll: for a line below a table, and the cursor.</summary>
    private const int LinesBelow = 2;

    /// <summary>The cursor to the first place, and nothing left from there on.</summary>
    private const string ClearScreen = "\e[H\e[J";

    private int room = int.MaxValue;

    /// <summary>Whether a person watches.</summary>
    public bool IsTerminal => isTerminal;

    /// <summary>Whether what is written there can be overwritten.</summary>
    public bool IsLive => isTerminal && console.Profile.Capabilities is { Ansi: true, Interactive: true };

    /// <summary>For what moves: only where it is live.</summary>
    public IAnsiConsole Console => console;

    public static Output Create()
    {
        var isTerminal = !System.Console.IsOutputRedirected;
        var isColored = isTerminal && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = isTerminal ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = isColored ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = isTerminal ? InteractionSupport.Detect : InteractionSupport.No,
            Enrichment = new ProfileEnrichment { UseDefaultEnrichers = false },
            Out = new AnsiConsoleOutput(System.Console.Out),
        });
        if (!isTerminal)
            console.Profile.Width = Unlimited;

        return new Output(console, System.Console.OpenStandardOutput(), System.Console.Error, isTerminal);
    }

    /// <summary>One line, whatever it holds.</summary>
    public void Line(string text)
    {
        console.Profile.Out.Writer.WriteLine(PlainText.Of(text));
        console.Profile.Out.Writer.Flush();
    }

    public void Show(Columns table)
    {
        IReadOnlyList<IRenderable> lines = [.. table.Fit(console.Profile.Width)];
        var shown = lines.Count <= room ? lines.Count : Math.Max(1, room - 1);
        foreach (var line in lines.Take(shown))
            console.Write(line);
        if (shown < lines.Count)
            Line($"and {lines.Count - shown} more");
    }

    /// <summary>Shows something in the place of what was shown last, as much as a screen holds; below it, after an empty line, where nothing can be
    /// overwritten.</summary>
    public void ShowNext(Action show)
    {
        if (IsLive)
        {
            room = console.Profile.Height - LinesBelow;
            console.Profile.Out.Writer.Write(ClearScreen);
        }
        else
        {
            Line("");
        }

        show();
    }

    /// <summary>A document of the server's: byte for byte into a file or pipe, the same value on a terminal.</summary>
    public void Json(ReadOnlyMemory<byte> document)
    {
        results.Write(isTerminal ? Encoding.UTF8.GetBytes(PlainText.OfJson(Encoding.UTF8.GetString(document.Span))) : document.Span);
        results.Write("\n"u8);
        results.Flush();
    }

    /// <summary>A line that is welcome but not asked for: where it can't be written, the program goes on.</summary>
    public void Note(string text) => Try(() => Line(text));

    public void Error(string sentence) => Try(() => errors.WriteLine(PlainText.Of(sentence)));

    /// <summary>Says what is wrong with the command line.</summary>
    public int Refuse(string sentence)
    {
        Error(sentence);
        return ExitCode.Usage;
    }

    private static void Try(Action write)
    {
        try
        {
            write();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // There is nobody left to tell.
        }
    }
}
