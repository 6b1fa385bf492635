using System.Buffers;
using System.Globalization;
using System.Text;

namespace CloudController.Jobs.Cli;

/// <summary>Text of others on a terminal: what would steer it is shown, not obeyed.</summary>
internal static class PlainText
{
    /// <summary>Marks that reverse the order of what is displayed.</summary>
    private static readonly SearchValues<char> DirectionMarks =
        SearchValues.Create("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069");

    /// <summary>The text in one line, with control characters as <c>\u001b</c>.</summary>
    public static string Of(string text) => Escape(text, Steers);

    /// <summary>A JSON document that means the same, without the control characters that JSON lets stand in strings.</summary>
    public static string OfJson(string json) => Escape(json, character => character >= '\u007f' && Steers(character));

    private static string Escape(string text, Func<char, bool> isEscaped)
    {
        if (!text.Any(isEscaped))
            return text;

        var escaped = new StringBuilder(text.Length + 16);
        foreach (var character in text)
        {
            if (isEscaped(character))
                escaped.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}");
            else
                escaped.Append(character);
        }

        return escaped.ToString();
    }

    private static bool Steers(char character) =>
        char.IsControl(character) || character is '\u2028' or '\u2029' || DirectionMarks.Contains(character);
}
