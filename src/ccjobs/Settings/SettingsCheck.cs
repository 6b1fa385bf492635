namespace CloudController.Jobs.Cli.Settings;

/// <summary>Refuses keys that nothing reads and values of the wrong shape, before anything starts: a typo must not pass for a default.</summary>
internal static class SettingsCheck
{
    /// <summary>Checks every key that is configured.</summary>
    /// <exception cref="UsageException">One is wrong: a sentence with the key, the value and what is allowed.</exception>
    public static void Check(IConfigurationRoot configuration)
    {
        foreach (var (key, value) in configuration.AsEnumerable().OrderBy(setting => setting.Key, StringComparer.OrdinalIgnoreCase))
        {
            // A section shows up without a value, and so do its keys after it.
            if (value is not null)
                Check(key, value, configuration);
        }
    }

    private static void Check(string key, string value, IConfigurationRoot configuration)
    {
        var parts = key.Split(':');
        if (KnownSettings.All.FirstOrDefault(known => known.Matches(parts)) is { } setting)
        {
            if (!setting.Accepts(value))
                throw new UsageException($"{key} is '{value}'; it can be {setting.Allowed}.");

            return;
        }

        if (KnownSettings.All.FirstOrDefault(known => known.StandsBelow(parts)) is not { } below)
            throw new UsageException(Unknown(key, configuration));

        // An empty object or list of a JSON file comes as an empty text.
        if (value.Length > 0)
            throw new UsageException($"{key} is '{value}', but it has no value of its own; {below.Key} has.");
    }

    private static string Unknown(string key, IConfigurationRoot configuration)
    {
        var source = SettingSources.Describe(configuration, key);
        return Nearest(key) is { } nearest
            ? $"{key} ({source}) is no setting; {nearest} is."
            : $"{key} ({source}) is no setting.";
    }

    /// <summary>The key that was probably meant: at most three letters away.</summary>
    private static string? Nearest(string key)
    {
        var nearest = KnownSettings.All.Select(setting => (setting.Key, Away: EditDistance(key, setting.Key))).MinBy(candidate => candidate.Away);
        return nearest.Away <= 3 ? nearest.Key : null;
    }

    /// <summary>How many letters must be added, left out or changed (Levenshtein); letter case does not count.</summary>
    private static int EditDistance(string from, string to)
    {
        var row = Enumerable.Range(0, to.Length + 1).ToArray();
        for (var i = 0; i < from.Length; i++)
        {
            var diagonal = row[0]++;
            for (var j = 0; j < to.Length; j++)
            {
                var replaced = diagonal + (char.ToLowerInvariant(from[i]) == char.ToLowerInvariant(to[j]) ? 0 : 1);
                diagonal = row[j + 1];
                row[j + 1] = Math.Min(replaced, Math.Min(row[j], diagonal) + 1);
            }
        }

        return row[^1];
    }
}
