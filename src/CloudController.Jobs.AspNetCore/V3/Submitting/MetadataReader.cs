using System.Text.Json;

namespace CloudController.Jobs.AspNetCore.V3.Submitting;

/// <summary>Reads <c>metadata</c>, by Cloud Controller's rules; a label or annotation without a value is one that is not set.</summary>
internal static class MetadataReader
{
    private const int MaxLabels = 50;
    private const int MaxAnnotations = 200;
    private const int MaxAnnotationLength = 5_000;

    private static readonly FieldSet Fields = new("labels", "annotations");

    public static JobMetadata Read(ref Utf8JsonReader reader, FieldErrors errors)
    {
        if (!JsonValues.IsObject(ref reader, "metadata", errors))
            return JobMetadata.None;

        IReadOnlyList<KeyValuePair<string, string>> labels = [], annotations = [];
        var fields = new ObjectFields(Fields, "metadata.", errors);
        while (fields.Next(ref reader, out var field))
        {
            if (field == 0)
                labels = ReadEntries(ref reader, "metadata.labels", errors, MaxLabels, LabelSyntax.WhyNotValue);
            else
                annotations = ReadEntries(ref reader, "metadata.annotations", errors, MaxAnnotations, WhyNotAnnotation);
        }

        return labels.Count + annotations.Count == 0 ? JobMetadata.None : new JobMetadata(labels, annotations);
    }

    private static IReadOnlyList<KeyValuePair<string, string>> ReadEntries(
        ref Utf8JsonReader reader,
        string path,
        FieldErrors errors,
        int max,
        Func<string, string?> whyNotValue)
    {
        if (!JsonValues.IsObject(ref reader, path, errors))
            return [];

        var entries = new Dictionary<string, string>(StringComparer.Ordinal);
        var given = 0;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (++given > max)
            {
                reader.Skip();
                continue;
            }

            var key = JsonText.Lenient(ref reader);
            reader.Read();
            if (ReadValue(ref reader, key, whyNotValue, entries) is { } whyNot)
            {
                errors.Add(path, $"'{FieldErrors.Shown(key)}' {whyNot}");
                reader.Skip();
            }
        }

        if (given > max)
            errors.Add(path, $"has more than {max} entries");

        return [.. entries];
    }

    private static string? ReadValue(ref Utf8JsonReader reader, string key, Func<string, string?> whyNotValue, Dictionary<string, string> entries)
    {
        if (LabelSyntax.WhyNotKey(key) is { } whyNot)
            return whyNot;

        if (reader.TokenType == JsonTokenType.Null)
            return null;

        if (reader.TokenType != JsonTokenType.String || !JsonText.TryRead(ref reader, out var value))
            return "must be Unicode text";

        if (whyNotValue(value) is { } wrong)
            return wrong;

        return entries.TryAdd(key, value) ? null : "is given more than once";
    }

    private static string? WhyNotAnnotation(string value) =>
        JsonText.CountCharacters(value) > MaxAnnotationLength ? $"has a value of more than {MaxAnnotationLength} characters"
        : value.Contains('\0') ? "has a value with U+0000 in it"
        : null;
}
