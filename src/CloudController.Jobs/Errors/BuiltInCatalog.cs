using System.Globalization;

namespace CloudController.Jobs.Errors;

/// <summary>Reads the catalogue that the program brings with it: <c>v2.yml</c>, an embedded resource.</summary>
/// <remarks>It is in the format of operators' files, but always in one layout, four lines an entry, so it is read line by line: most of what
/// YAML would cost at each start is the compilation of its parser. A test compares what both make of the file.</remarks>
internal static class BuiltInCatalog
{
    public static IReadOnlyList<CatalogEntry> Read()
    {
        using var text = OpenText();
        var entries = new List<CatalogEntry>(300);
        while (text.ReadLine() is { } line)
        {
            if (line is not [>= '0' and <= '9', .., ':'])
                continue;

            entries.Add(new(
                Number(line.AsSpan(..^1)),
                ReadField(text, "  name: ").ToString(),
                Number(ReadField(text, "  http_code: ")),
                ReadField(text, "  message: \"")[..^1].ToString()));
        }

        return entries;
    }

    public static TextReader OpenText() => new StreamReader(typeof(BuiltInCatalog).Assembly.GetManifestResourceStream("v2.yml")!);

    private static ReadOnlySpan<char> ReadField(TextReader text, string prefix) => text.ReadLine().AsSpan(prefix.Length);

    private static int Number(ReadOnlySpan<char> digits) => int.Parse(digits, CultureInfo.InvariantCulture);
}
