using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace CloudController.Jobs.PostgreSql;

/// <summary>A statement as the server takes it, with numbers where it is written with names. Worked out once for each text: the driver would do it again
/// each time, at what an exchange of a few jobs costs otherwise.</summary>
internal sealed partial class Statement
{
    private static readonly ConditionalWeakTable<string, Statement> Known = [];

    private readonly string[] names;

    private Statement(string text)
    {
        var found = new List<string>();
        Text = Name().Replace(text, match =>
        {
            var name = match.Groups[1].Value;
            if (!found.Contains(name))
            {
                found.Add(name);
            }

            return $"${found.IndexOf(name) + 1}";
        });
        names = [.. found];
    }

    public string Text { get; }

    public int Parameters => names.Length;

    /// <summary>The statement that is written so: <c>@name</c> stands for a parameter wherever it stands.</summary>
    public static Statement Of(string text) => Known.GetValue(text, static text => new Statement(text));

    /// <summary>Which of the parameters has the name, from 0; none: below.</summary>
    public int PlaceOf(string name) => Array.IndexOf(names, name);

    [GeneratedRegex("@([a-z_][a-z_0-9]*)")]
    private static partial Regex Name();
}
