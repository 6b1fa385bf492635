using System.Globalization;

namespace CloudController.Jobs.Benchmarks.Measuring;

/// <summary>What several repetitions gave: the least, the middle and the greatest.</summary>
internal sealed record Spread(double Min, double Median, double Max)
{
    public static Spread Of(IReadOnlyCollection<double> values)
    {
        double[] sorted = [.. values.Order()];
        var middle = sorted.Length / 2;
        var median = sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new Spread(sorted[0], median, sorted[^1]);
    }

    /// <summary>As it stands in a table: three digits for what is small, whole numbers for what is not.</summary>
    public override string ToString()
    {
        var format = Max < 100 ? "0.00" : "N0";
        return $"{Show(Min)} / **{Show(Median)}** / {Show(Max)}";

        string Show(double value) => value.ToString(format, CultureInfo.InvariantCulture);
    }
}
