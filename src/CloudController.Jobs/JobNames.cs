using System.Buffers;

namespace CloudController.Jobs;

/// <summary>How operations and queues are spelt.</summary>
public static class JobNames
{
    /// <summary>Longest name.</summary>
    public const int MaxLength = 128;

    private static readonly SearchValues<char> Allowed = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789_.-");

    /// <summary>Whether a text is a name: 1 to 128 of <c>[a-z0-9_.-]</c>.</summary>
    public static bool IsValid(ReadOnlySpan<char> name) => name.Length is >= 1 and <= MaxLength && !name.ContainsAnyExcept(Allowed);
}
