using System.Text.Json;

namespace CloudController.Jobs.AspNetCore.V3.Submitting;

/// <summary>Reads the values of a body's fields. What is out of range or of another type is reported and passed over.</summary>
internal static class JsonValues
{
    public static string? Text(ref Utf8JsonReader reader, string field, FieldErrors errors, int min, int max)
    {
        if (reader.TokenType != JsonTokenType.String)
        {
            errors.Add(field, "must be a string");
            reader.Skip();
            return null;
        }

        if (JsonText.TryRead(ref reader, min, max, out var text))
            return text;

        errors.Add(field, $"must be Unicode text of {min} to {max} characters");
        return null;
    }

    public static int? Integer(ref Utf8JsonReader reader, string field, FieldErrors errors, int min, int max)
    {
        if (reader.TokenType == JsonTokenType.Number && TryGetInteger(ref reader, out var value) && value >= min && value <= max)
            return value;

        errors.Add(field, $"must be a whole number from {min} to {max}");
        reader.Skip();
        return null;
    }

    public static double? Number(ref Utf8JsonReader reader, string field, FieldErrors errors, double min, double max)
    {
        if (reader.TokenType == JsonTokenType.Number && reader.TryGetDouble(out var value) && value >= min && value <= max)
            return value;

        errors.Add(field, FormattableString.Invariant($"must be a number from {min} to {max}"));
        reader.Skip();
        return null;
    }

    public static DateTimeOffset? Instant(ref Utf8JsonReader reader, string field, FieldErrors errors)
    {
        if (reader.TokenType == JsonTokenType.String && !reader.ValueIsEscaped && Iso8601.TryParse(reader.ValueSpan, out var instant))
            return instant;

        errors.Add(field, "must be a time as 'YYYY-MM-DDThh:mm:ssZ', or with an offset such as '+02:00', from 1970 to 9999");
        reader.Skip();
        return null;
    }

    /// <summary>Whether a value is an object; if not, it is reported.</summary>
    public static bool IsObject(ref Utf8JsonReader reader, string field, FieldErrors errors)
    {
        if (reader.TokenType == JsonTokenType.StartObject)
            return true;

        errors.Add(field, "must be an object");
        reader.Skip();
        return false;
    }

    // 1.0 and 1e0 are the number 1.
    private static bool TryGetInteger(ref Utf8JsonReader reader, out int value)
    {
        if (reader.TryGetInt32(out value))
            return true;

        if (!reader.TryGetDouble(out var number) || number is not (>= int.MinValue and <= int.MaxValue) || Math.Floor(number) != number)
            return false;

        value = (int)number;
        return true;
    }
}
