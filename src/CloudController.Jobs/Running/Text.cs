namespace CloudController.Jobs.Running;

internal static class Text
{
    /// <summary>The beginning of a text, never ending between the halves of a surrogate pair: what is kept must stay valid text.</summary>
    public static string Cut(string text, int length)
    {
        if (text.Length <= length)
        {
            return text;
        }

        return text[..(char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)];
    }
}
