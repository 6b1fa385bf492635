using System.Globalization;

namespace CloudController.Jobs.Cli.Torture;

/// <summary>What one run did to the world, as it wrote it down itself.</summary>
/// <param name="Job">The job's guid.</param>
/// <param name="Run">The number to fence with.</param>
/// <param name="Attempt">Which attempt it belongs to.</param>
/// <param name="BeganAt">Seconds of the machine's monotonic clock, which all its processes share and no one sets.</param>
/// <param name="EndedAt">The same; <see langword="null"/>: it was killed, or told to stop.</param>
internal sealed record Effect(string Job, int Run, int Attempt, double BeganAt, double? EndedAt)
{
    /// <summary>Reads what was written down, each job's in order of runs.</summary>
    /// <param name="directory">Of the files of all who wrote.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static async Task<ILookup<string, Effect>> ReadAsync(string directory, CancellationToken cancellationToken)
    {
        var effects = new List<Effect>();
        foreach (var file in Directory.EnumerateFiles(directory))
            effects.AddRange(await ReadFileAsync(file, cancellationToken));

        return effects.OrderBy(effect => effect.Run).ToLookup(effect => effect.Job);
    }

    /// <summary>Reads what one process wrote down so far.</summary>
    public static async Task<IReadOnlyList<Effect>> ReadFileAsync(string file, CancellationToken cancellationToken)
    {
        var effects = new List<Effect>();
        foreach (var line in await File.ReadAllLinesAsync(file, cancellationToken))
            Add(effects, line.Split(' '));

        return effects;
    }

    // A mark that was cut short by a kill was not made.
    private static void Add(List<Effect> effects, string[] mark)
    {
        if (mark.Length < EffectLog.Fields)
            return;

        var (job, run, at) = (mark[1], Number(mark[2]), double.Parse(mark[4], CultureInfo.InvariantCulture));
        if (mark[0] == EffectLog.Beginning)
        {
            effects.Add(new Effect(job, run, Number(mark[3]), at, null));
            return;
        }

        var begun = effects.FindLastIndex(effect => effect.Job == job && effect.Run == run);
        effects[begun] = effects[begun] with { EndedAt = at };
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
