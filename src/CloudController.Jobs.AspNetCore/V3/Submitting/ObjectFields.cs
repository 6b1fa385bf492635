using System.Text;
using System.Text.Json;

namespace CloudController.Jobs.AspNetCore.V3.Submitting;

/// <summary>The fields that an object of a body may have; letter case counts.</summary>
internal sealed class FieldSet(params string[] names)
{
    private readonly byte[][] utf8 = [.. names.Select(Encoding.UTF8.GetBytes)];

    /// <summary>Which field a property name is, −1 for none of them.</summary>
    public int Find(ref Utf8JsonReader reader)
    {
        for (var field = 0; field < utf8.Length; field++)
        {
            if (JsonText.Equals(ref reader, utf8[field]))
                return field;
        }

        return -1;
    }

    public string NameOf(int field) => names[field];
}

/// <summary>Walks the fields of one object, and reports those that are unknown or come twice.</summary>
internal ref struct ObjectFields(FieldSet set, string path, FieldErrors errors)
{
    private uint seen;

    /// <summary>Moves to the next field's value. A field without a value (<c>null</c>) counts as not given, unless <paramref name="nullCounts"/> has
    /// it.</summary>
    public bool Next(ref Utf8JsonReader reader, out int field, uint nullCounts = 0)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            field = set.Find(ref reader);
            if (field < 0)
            {
                errors.AddUnknown(path + FieldErrors.Shown(JsonText.Lenient(ref reader)));
                reader.Skip();
                continue;
            }

            var bit = 1u << field;
            if ((seen & bit) != 0)
            {
                errors.Add(path + set.NameOf(field), "is given more than once");
                reader.Skip();
                continue;
            }

            seen |= bit;
            reader.Read();
            if (reader.TokenType != JsonTokenType.Null || (nullCounts & bit) != 0)
                return true;
        }

        field = -1;
        return false;
    }
}
