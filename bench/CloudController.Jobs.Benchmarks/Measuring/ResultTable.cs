namespace CloudController.Jobs.Benchmarks.Measuring;

/// <summary>Prints a Markdown table row by row: minimum, median and maximum of the repetitions, and what is asked for.</summary>
internal sealed class ResultTable
{
    private readonly TextWriter output;

    public ResultTable(TextWriter output, string title)
    {
        this.output = output;
        output.WriteLine();
        output.WriteLine($"### {title}");
        output.WriteLine();
        output.WriteLine("| what | unit | min / **median** / max | asked for |");
        output.WriteLine("| --- | --- | ---: | --- |");
    }

    public void Add(string what, string unit, IReadOnlyCollection<double> values, string target = "")
    {
        output.WriteLine($"| {what} | {unit} | {Spread.Of(values)} | {target} |");
        output.Flush();
    }
}
