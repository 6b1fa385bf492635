namespace CloudController.Jobs.Cli.Commands;

/// <summary>Numbers in words.</summary>
internal static class Counted
{
    /// <summary>Where a list stops counting.</summary>
    private const long CountingStops = 100_000;

    public static string Jobs(long count) => count switch
    {
        1 => "1 job",
        >= CountingStops => $"at least {count} jobs",
        _ => $"{count} jobs",
    };

    public static string Tries(long count) => count == 1 ? "1 try" : $"{count} tries";
}
