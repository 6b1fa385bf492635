using System.Globalization;

namespace CloudController.Jobs.Benchmarks.Rivals;

/// <summary>What of the comparison is run, and where it is written.</summary>
internal sealed record RivalSettings
{
    private const int ShortPart = 20;

    /// <summary>How often each is measured.</summary>
    public int Repetitions { get; init; } = 3;

    /// <summary>Names of the systems that take part; empty: all.</summary>
    public IReadOnlyList<string> Only { get; init; } = [];

    /// <summary>Whether a look is enough: one repetition of a twentieth of the jobs.</summary>
    public bool Short { get; init; }

    /// <summary>Where databases are made, in folders that are removed at the end; it should lie on a disk.</summary>
    public string Directory { get; init; } = Path.GetTempPath();

    /// <summary>Where each measurement goes as a line of JSON; by default into the build's artifacts.</summary>
    public string? Json { get; init; }

    /// <summary>A document whose measured part is replaced.</summary>
    public string? Document { get; init; }

    /// <summary>How many jobs of a case are measured.</summary>
    public RivalCase Sized(RivalCase one) => Short && one.Poll is null ? one.Of(one.Jobs / ShortPart) : one;

    /// <summary>Reads <c>--name value</c> pairs, and <c>--short</c>.</summary>
    /// <returns><see langword="null"/> if there is something else among them.</returns>
    public static RivalSettings? Parse(ReadOnlySpan<string> options)
    {
        var settings = new RivalSettings();
        while (!options.IsEmpty)
        {
            switch (options)
            {
                case ["--short", ..]:
                    settings = settings with { Short = true, Repetitions = 1 };
                    options = options[1..];
                    continue;
                case ["--repetitions", var number, ..] when Count(number) is { } count:
                    settings = settings with { Repetitions = count };
                    break;
                case ["--only", var names, ..]:
                    settings = settings with { Only = names.Split(',') };
                    break;
                case ["--directory", var path, ..]:
                    settings = settings with { Directory = path };
                    break;
                case ["--json", var path, ..]:
                    settings = settings with { Json = path };
                    break;
                case ["--document", var path, ..]:
                    settings = settings with { Document = path };
                    break;
                default:
                    return null;
            }

            options = options[2..];
        }

        return settings.Only.All(name => Rival.All.Any(rival => rival.Name == name)) ? settings : null;
    }

    private static int? Count(string number) =>
        int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0 ? count : null;
}
