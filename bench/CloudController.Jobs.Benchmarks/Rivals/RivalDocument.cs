namespace CloudController.Jobs.Benchmarks.Rivals;

/// <summary>Puts what was measured into a document, between two lines that stay.</summary>
internal static class RivalDocument
{
    private const string Begin = "<!-- measured: written by the benchmarks' mode rivals -->";
    private const string End = "<!-- end of measured -->";

    /// <exception cref="InvalidOperationException">The document does not have the two lines.</exception>
    public static async Task ReplaceAsync(string path, string measured)
    {
        var text = await File.ReadAllTextAsync(path);
        var (begin, end) = (text.IndexOf(Begin, StringComparison.Ordinal), text.IndexOf(End, StringComparison.Ordinal));
        if (begin < 0 || end < begin)
            throw new InvalidOperationException($"{path} does not have the lines {Begin} and {End}, between which it would be written.");

        await File.WriteAllTextAsync(path, $"{text[..(begin + Begin.Length)]}\n\n{measured.Trim()}\n\n{text[end..]}");
    }
}
