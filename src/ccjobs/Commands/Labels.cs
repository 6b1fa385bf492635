namespace CloudController.Jobs.Cli.Commands;

/// <summary>Labels on the command line, as <c>key=value</c>.</summary>
internal static class Labels
{
    /// <exception cref="UsageException">One is spelt otherwise, or comes twice.</exception>
    public static Dictionary<string, string?> Parse(string option, IEnumerable<string> texts)
    {
        var labels = new Dictionary<string, string?>();
        foreach (var text in texts)
        {
            var equals = text.IndexOf('=');
            if (equals < 1)
                throw new UsageException($"{option} is '{text}'; it can be key=value.");
            if (!labels.TryAdd(text[..equals], text[(equals + 1)..]))
                throw new UsageException($"{option} gives '{text[..equals]}' twice.");
        }

        return labels;
    }
}
