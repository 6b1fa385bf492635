using System.Globalization;
using System.Text.Json;

namespace CloudController.Jobs.Cli.Handlers;

/// <summary>Arguments of <c>sleep</c>.</summary>
internal sealed record SleepArguments : IJobArguments
{
    private const double MaxSeconds = 86_400;

    public static string Operation => "sleep";

    /// <summary>How long, in seconds: 0 to 86,400, by default 0.</summary>
    public double? Seconds { get; init; }

    /// <summary>Whether it fails afterwards: <c>true</c>, a catalogue entry's name, or <c>{name, args}</c>.</summary>
    public JsonElement Fail { get; init; }

    public string? Validate()
    {
        if (Seconds is not (null or (>= 0 and <= MaxSeconds)))
            return string.Create(CultureInfo.InvariantCulture, $"arguments.seconds is {Seconds}; it can be 0 to {MaxSeconds}");

        return TryReadFailure(out _) ? null : "arguments.fail can be true, false, a name of the error catalogue, or an object of name and args";
    }

    /// <summary>How it is to fail.</summary>
    /// <param name="failure">With an empty name: for no reason that the catalogue has; <see langword="null"/>: not at all.</param>
    /// <returns>Whether <see cref="Fail"/> has one of its forms.</returns>
    public bool TryReadFailure(out CatalogueFailure? failure)
    {
        failure = Fail.ValueKind switch
        {
            JsonValueKind.True => new CatalogueFailure("", []),
            JsonValueKind.String when Fail.GetString() is { Length: > 0 } name => new CatalogueFailure(name, []),
            JsonValueKind.Object => ReadNamed(Fail),
            _ => null,
        };
        return failure is not null || Fail.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null or JsonValueKind.False;
    }

    private static CatalogueFailure? ReadNamed(JsonElement fail)
    {
        string? name = null;
        List<string> args = [];
        foreach (var property in fail.EnumerateObject())
        {
            switch (property.Name)
            {
                case "name" when property.Value.ValueKind == JsonValueKind.String:
                    name = property.Value.GetString();
                    break;
                case "args" when property.Value.ValueKind == JsonValueKind.Array && property.Value.EnumerateArray().All(IsText):
                    args = [.. property.Value.EnumerateArray().Select(arg => arg.ToString())];
                    break;
                default:
                    return null;
            }
        }

        return string.IsNullOrEmpty(name) ? null : new CatalogueFailure(name, args);
    }

    private static bool IsText(JsonElement arg) => arg.ValueKind is JsonValueKind.String or JsonValueKind.Number;
}
