namespace CloudController.Jobs.Running;

/// <summary>Lines that wait to be kept, of which the oldest are dropped, as the store would. Not safe for several threads at once.</summary>
internal sealed class LogTail
{
    /// <summary>Most characters that wait.</summary>
    public const int MaxLength = 65_536;

    private Queue<string>? lines;
    private int length;

    public bool IsEmpty => lines is null;

    /// <summary>Adds a line without its end.</summary>
    public void Add(string line)
    {
        var kept = Text.Cut(line, MaxLength - 1) + "\n";
        lines ??= new Queue<string>();
        lines.Enqueue(kept);
        length += kept.Length;
        while (length > MaxLength)
        {
            length -= lines.Dequeue().Length;
        }
    }

    /// <summary>What has been added since the last call; <see langword="null"/>: nothing.</summary>
    public string? Take()
    {
        var text = lines is null ? null : string.Concat(lines);
        (lines, length) = (null, 0);
        return text;
    }

    /// <summary>Puts what could not be kept before what has come since.</summary>
    public void Return(string? earlier)
    {
        if (earlier is not null)
        {
            lines = new Queue<string>([earlier, .. lines ?? []]);
            length += earlier.Length;
        }
    }
}
