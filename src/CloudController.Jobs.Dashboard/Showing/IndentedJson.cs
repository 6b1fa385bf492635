using System.Text;

namespace CloudController.Jobs.Dashboard.Showing;

/// <summary>JSON with line breaks, else exactly as it was sent: nothing is decoded.</summary>
internal static class IndentedJson
{
    /// <summary>At most so much of it is shown.</summary>
    public const int MostBytes = 64 * 1024;

    /// <param name="json">UTF-8, valid and compact.</param>
    public static string Of(ReadOnlySpan<byte> json)
    {
        var source = Encoding.UTF8.GetString(json[..Math.Min(json.Length, MostBytes)]);
        var text = new StringBuilder(source.Length * 2);
        var (depth, inString) = (0, false);
        for (var at = 0; at < source.Length; at++)
        {
            var character = source[at];
            if (inString)
            {
                text.Append(character);
                if (character == '\\' && at + 1 < source.Length)
                    text.Append(source[++at]);
                else if (character == '"')
                    inString = false;
                continue;
            }

            switch (character)
            {
                case '"':
                    inString = true;
                    text.Append(character);
                    break;
                case '{' or '[' when at + 1 < source.Length && source[at + 1] is '}' or ']':
                    text.Append(character).Append(source[++at]);
                    break;
                case '{' or '[':
                    Break(text.Append(character), ++depth);
                    break;
                case '}' or ']':
                    Break(text, --depth).Append(character);
                    break;
                case ',':
                    Break(text.Append(character), depth);
                    break;
                case ':':
                    text.Append(": ");
                    break;
                default:
                    text.Append(character);
                    break;
            }
        }

        return (json.Length > MostBytes ? text.Append("\n…") : text).ToString();
    }

    private static StringBuilder Break(StringBuilder text, int depth) => text.Append('\n').Append(' ', 2 * Math.Max(0, depth));
}
