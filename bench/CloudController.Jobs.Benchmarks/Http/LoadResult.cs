using System.Globalization;

namespace CloudController.Jobs.Benchmarks.Http;

/// <summary>What a load gave.</summary>
/// <param name="PerSecond">Requests answered a second.</param>
/// <param name="P50Milliseconds">How long half of them took at most.</param>
/// <param name="P99Milliseconds">How long 99 of 100 took at most.</param>
/// <param name="ProcessorMicroseconds">Processor time that the server spent on each: it tells more than the rate where others use the machine
/// too.</param>
internal sealed record LoadResult(double PerSecond, double P50Milliseconds, double P99Milliseconds, double ProcessorMicroseconds)
{
    /// <summary>Reads a script's line: requests, microseconds they took together, of one at the median and at the 99th percentile, errors.</summary>
    /// <exception cref="InvalidOperationException">Requests failed: there is no figure.</exception>
    public static LoadResult Parse(string line, TimeSpan processorTime)
    {
        var numbers = Array.ConvertAll(line.Split(' ')[1..], text => double.Parse(text, CultureInfo.InvariantCulture));
        return numbers[4] == 0
            ? new LoadResult(
                numbers[0] / numbers[1] * 1_000_000, numbers[2] / 1_000, numbers[3] / 1_000, processorTime.TotalMicroseconds / numbers[0])
            : throw new InvalidOperationException($"{numbers[4]} requests failed.");
    }
}
