using Spectre.Console;
using Spectre.Console.Rendering;

namespace CloudController.Jobs.Cli;

/// <summary>Text of others in a table.</summary>
internal readonly record struct Cell(string? Text, Style? Style = null)
{
    public static implicit operator Cell(string? text) => new(text);
}

/// <summary>A table without lines, a row a line. Where it is wider than it may be, cells are cut, the widest first, but none of the first column.</summary>
internal sealed class Columns(params string[] names)
{
    private const int Gap = 2;

    /// <summary>A column is not cut further.</summary>
    private const int Narrowest = 4;

    private readonly List<Cell[]> rows = [[.. names.Select(name => new Cell(name.ToUpperInvariant()))]];

    public void Add(params Cell[] cells) => rows.Add([.. cells.Select(cell => cell with { Text = PlainText.Of(cell.Text ?? string.Empty) })]);

    public IEnumerable<IRenderable> Fit(int width)
    {
        var widths = names.Select((_, column) => rows.Max(row => Width(row[column]))).ToArray();
        while (widths.Sum() + (Gap * (widths.Length - 1)) > width && widths.Skip(1).Max() > Narrowest)
            widths[Array.LastIndexOf(widths, widths.Skip(1).Max())]--;

        return rows.Select(row => Line(row, widths));
    }

    private static Paragraph Line(Cell[] cells, int[] widths)
    {
        var line = new Paragraph();
        var last = Array.FindLastIndex(cells, cell => cell.Text!.Length > 0);
        for (var column = 0; column <= last; column++)
        {
            var text = Cut(cells[column], widths[column]);
            line.Append(text, cells[column].Style);
            if (column < last)
                line.Append(new string(' ', widths[column] - Width(text) + Gap));
        }

        return line.Append("\n");
    }

    private static string Cut(Cell cell, int width) =>
        Width(cell) <= width ? cell.Text! : Segment.SplitOverflow(new Segment(cell.Text!), Overflow.Ellipsis, width)[0].Text;

    private static int Width(Cell cell) => new Segment(cell.Text!).CellCount();
}
