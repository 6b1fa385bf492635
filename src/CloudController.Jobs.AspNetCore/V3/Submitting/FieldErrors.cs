namespace CloudController.Jobs.AspNetCore.V3.Submitting;

/// <summary>Everything that is wrong with a body, field by field, so that a submitter learns all of it at once.</summary>
internal sealed class FieldErrors
{
    private const int MaxShown = 50;
    private const int MaxNameShown = 64;

    private readonly List<string> messages = [];
    private readonly List<string> unknown = [];
    private int left;

    /// <summary>Which job of a bulk is read, from 0; its fields are named <c>jobs[3].queue</c>.</summary>
    public int? Index { get; set; }

    /// <summary>Whether a job's arguments are larger than is allowed.</summary>
    public bool TooLarge { get; set; }

    public bool Any => messages.Count + unknown.Count > 0 || TooLarge;

    /// <summary>A name or value of the submitter's, short enough to be shown.</summary>
    public static string Shown(string text) => text.Length <= MaxNameShown ? text : $"{text.AsSpan(0, MaxNameShown)}…";

    public void Add(string field, string problem) => Keep(messages, $"{Path(field)} {problem}");

    /// <summary>Keeps a sentence that names its field itself.</summary>
    public void Add(string sentence) => Keep(messages, Index is { } index ? $"jobs[{index}].{sentence}" : sentence);

    public void AddUnknown(string field) => Keep(unknown, $"'{Path(field)}'");

    /// <summary>One line: unknown fields first, then the messages in the order of the fields.</summary>
    public string ToDetail()
    {
        IEnumerable<string> parts = unknown.Count == 0 ? messages : messages.Prepend($"Unknown field(s): {string.Join(", ", unknown)}");
        return string.Join(", ", left == 0 ? parts : parts.Append($"and {left} more"));
    }

    private string Path(string field) => Index is { } index ? $"jobs[{index}]{(field.Length == 0 ? "" : ".")}{field}" : field;

    private void Keep(List<string> list, string text)
    {
        if (messages.Count + unknown.Count < MaxShown)
            list.Add(text);
        else
            left++;
    }
}
