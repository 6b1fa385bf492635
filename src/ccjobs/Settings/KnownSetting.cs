namespace CloudController.Jobs.Cli.Settings;

/// <summary>A key that the server reads, and what its value looks like.</summary>
/// <param name="Key">As in the documentation: <c>N</c> stands for a number from 0, <c>NAME</c> for a name of the operator's.</param>
/// <param name="Allowed">What the value can be, as it stands after "it can be".</param>
/// <param name="Accepts">Whether a value has that shape; ranges are checked where the value is used.</param>
internal sealed record KnownSetting(string Key, string Allowed, Func<string, bool> Accepts)
{
    private readonly string[] parts = Key.Split(':');

    /// <summary>Whether a configured key is this one; letter case does not count.</summary>
    public bool Matches(string[] key) => key.Length == parts.Length && BeginsWith(key);

    /// <summary>Whether a configured key is a section in which this one stands.</summary>
    public bool StandsBelow(string[] key) => key.Length < parts.Length && BeginsWith(key);

    private bool BeginsWith(string[] key) => key.Zip(parts).All(pair => PartMatches(pair.Second, pair.First));

    private static bool PartMatches(string part, string given) => part switch
    {
        "N" => given.Length is > 0 and < 10 && given.All(char.IsAsciiDigit),
        "NAME" => given.Length > 0,
        _ => string.Equals(part, given, StringComparison.OrdinalIgnoreCase),
    };
}
