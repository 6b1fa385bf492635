using System.Text.Json;

namespace CloudController.Jobs.AspNetCore.V3.Leases;

/// <summary>Reads one element that a reader stands at, and leaves the reader at its end.</summary>
/// <returns>Whether it is as it must be.</returns>
internal delegate bool ReadElement(ref Utf8JsonReader reader);

/// <summary>Walks the elements of an array.</summary>
internal static class JsonArrays
{
    /// <summary>Reads an array of at most so many elements; what comes after a bad one, or is too many, is passed over.</summary>
    /// <returns>Whether it is an array, and all of its elements are as they must be.</returns>
    public static bool TryRead(ref Utf8JsonReader reader, int most, ReadElement read)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            reader.Skip();
            return false;
        }

        var count = 0;
        var valid = true;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var depth = reader.CurrentDepth;
            valid = valid && ++count <= most && read(ref reader);
            SkipTo(ref reader, depth);
        }

        return valid;
    }

    // An element may have been left at its start, or somewhere within.
    private static void SkipTo(ref Utf8JsonReader reader, int depth)
    {
        reader.Skip();
        while (reader.CurrentDepth > depth)
            reader.Read();
    }
}
