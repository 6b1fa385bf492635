using System.Globalization;

namespace CloudController.Jobs.Benchmarks.Measuring;

/// <summary>How much is measured, how often and where.</summary>
internal sealed record BenchmarkSettings
{
    /// <summary>Where databases are made, in a folder that is removed at the end; it should lie on a disk.</summary>
    public string Directory { get; init; } = Path.GetTempPath();

    /// <summary>Rows in the database that is read, and ended jobs in the full store.</summary>
    public int Jobs { get; init; } = 1_000_000;

    /// <summary>How long each load lasts.</summary>
    public int Seconds { get; init; } = 10;

    /// <summary>How often each is measured.</summary>
    public int Repetitions { get; init; } = 3;

    /// <summary>Reads <c>--name value</c> pairs.</summary>
    /// <returns><see langword="null"/> if there is something else among them.</returns>
    public static BenchmarkSettings? Parse(ReadOnlySpan<string> options)
    {
        var settings = new BenchmarkSettings();
        for (; options.Length >= 2; options = options[2..])
        {
            var number = int.TryParse(options[1], NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : 0;
            switch (options[0])
            {
                case "--directory":
                    settings = settings with { Directory = options[1] };
                    break;
                case "--jobs" when number > 0:
                    settings = settings with { Jobs = number };
                    break;
                case "--seconds" when number > 0:
                    settings = settings with { Seconds = number };
                    break;
                case "--repetitions" when number > 0:
                    settings = settings with { Repetitions = number };
                    break;
                default:
                    return null;
            }
        }

        return options.IsEmpty ? settings : null;
    }
}
