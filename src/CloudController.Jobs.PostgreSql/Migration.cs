using System.Globalization;
using System.Reflection;

namespace CloudController.Jobs.PostgreSql;

/// <summary>One numbered step of the schema.</summary>
/// <param name="Number">Its place, from 1 on: the schema's version once it is applied.</param>
/// <param name="Name">Its file's name.</param>
/// <param name="Sql">What it does.</param>
/// <param name="CompatibleFrom">The oldest version whose programs work on the schema with this step applied. A step that does not say so suits none
/// that was made before it.</param>
internal sealed record Migration(int Number, string Name, string Sql, int CompatibleFrom)
{
    /// <summary>How a step says it, in its first line.</summary>
    private const string CompatibleFromMark = "-- compatible-from: ";

    /// <summary>Every step that this program knows, in order.</summary>
    public static IReadOnlyList<Migration> Known { get; } = [.. typeof(Migration).Assembly.GetManifestResourceNames()
        .Where(name => name.EndsWith(".sql", StringComparison.Ordinal))
        .Order(StringComparer.Ordinal)
        .Select((name, index) => Of(index + 1, name[..^".sql".Length], Read(name)))];

    /// <summary>Reads what a step says of itself.</summary>
    public static Migration Of(int number, string name, string sql)
    {
        var firstLine = sql.Split('\n', 2)[0].TrimEnd();
        return new Migration(number, name, sql, firstLine.StartsWith(CompatibleFromMark, StringComparison.Ordinal)
            ? int.Parse(firstLine.AsSpan(CompatibleFromMark.Length), NumberStyles.None, CultureInfo.InvariantCulture)
            : number);
    }

    private static string Read(string name)
    {
        using var reader = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
