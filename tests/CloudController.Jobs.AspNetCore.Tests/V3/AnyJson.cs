using System.Globalization;
using System.Text;
using CsCheck;

namespace CloudController.Jobs.AspNetCore.Tests.V3;

/// <summary>A JSON value that can be spelt in many ways.</summary>
public abstract record AnyJson
{
    public sealed record Text(string Characters) : AnyJson;

    /// <summary>A number: its digits times a power of ten.</summary>
    public sealed record Number(long Digits, int Exponent) : AnyJson;

    public sealed record Word(string Name) : AnyJson;

    public sealed record Array(IReadOnlyList<AnyJson> Items) : AnyJson;

    public sealed record Fields(IReadOnlyDictionary<string, AnyJson> ByName) : AnyJson;

    public static Gen<AnyJson> Any => Gen.Recursive<AnyJson>((depth, inner) => depth >= 4 ? Leaf : Gen.OneOf(Leaf, ArrayOf(inner), ObjectOf(inner)));

    public static Gen<AnyJson> AnyObject => ObjectOf(Any);

    private static Gen<string> AnyText => Gen.OneOf(
        Gen.String[Gen.Char.AlphaNumeric, 0, 8],
        Gen.String[Pick('"', '\\', '/', ' ', '\t', '\n', '\0', 'ä', '\u2028', '漢', ':', ',', '{', ']'), 0, 6],
        Pick("😀", "a😀b", "\ud83d\ude00\ud83d\ude01"));

    private static Gen<AnyJson> Leaf => Gen.OneOf(
        AnyText.Select(text => (AnyJson)new Text(text)),
        Gen.Select(Gen.Long, Gen.Int[-30, 30]).Select(pair => (AnyJson)new Number(pair.Item1, pair.Item2)),
        Gen.Int[-20, 20].Select(number => (AnyJson)new Number(number, 0)),
        Pick("true", "false", "null").Select(name => (AnyJson)new Word(name)));

    private static Gen<T> Pick<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(index => values[index]);

    /// <summary>One spelling of it: which one, the random numbers say.</summary>
    public string Spell(Random random)
    {
        var json = new StringBuilder();
        Spell(json, random);
        return json.ToString();
    }

    private static Gen<AnyJson> ArrayOf(Gen<AnyJson> inner) => inner.List[0, 4].Select(items => (AnyJson)new Array(items));

    private static Gen<AnyJson> ObjectOf(Gen<AnyJson> inner) => Gen.Dictionary(AnyText, inner)[0, 5].Select(fields => (AnyJson)new Fields(fields));

    private void Spell(StringBuilder json, Random random)
    {
        Space(json, random);
        switch (this)
        {
            case Text text:
                SpellText(json, text.Characters, random);
                break;
            case Number number:
                SpellNumber(json, number, random);
                break;
            case Word word:
                json.Append(word.Name);
                break;
            case Array array:
                SpellList(json, '[', array.Items, item => item.Spell(json, random), ']');
                break;
            case Fields item:
                var fields = item.ByName.ToArray();
                random.Shuffle(fields);
                SpellList(json, '{', fields, field => SpellField(json, field, random), '}');
                break;
        }

        Space(json, random);
    }

    private static void SpellField(StringBuilder json, KeyValuePair<string, AnyJson> field, Random random)
    {
        Space(json, random);
        SpellText(json, field.Key, random);
        Space(json, random);
        json.Append(':');
        field.Value.Spell(json, random);
    }

    private static void SpellList<T>(StringBuilder json, char open, IReadOnlyList<T> items, Action<T> spell, char close)
    {
        json.Append(open);
        for (var index = 0; index < items.Count; index++)
        {
            if (index > 0)
                json.Append(',');
            spell(items[index]);
        }

        json.Append(close);
    }

    private static void SpellText(StringBuilder json, string text, Random random)
    {
        json.Append('"');
        foreach (var character in text)
        {
            if (character is '"' or '\\' && random.Next(2) == 0)
                json.Append('\\').Append(character);
            else if (character is '"' or '\\' or < ' ' || (!char.IsSurrogate(character) && random.Next(4) == 0))
                json.Append("\\u").Append(((int)character).ToString(random.Next(2) == 0 ? "x4" : "X4", CultureInfo.InvariantCulture));
            else
                json.Append(character);
        }

        json.Append('"');
    }

    // The same number with zeros moved between digits, fraction and exponent.
    private static void SpellNumber(StringBuilder json, Number number, Random random)
    {
        var digits = number.Digits.ToString(CultureInfo.InvariantCulture);
        switch (random.Next(4))
        {
            case 0:
                json.Append(digits).Append('e').Append(number.Exponent);
                break;
            case 1:
                json.Append(digits).Append(".000E").Append(number.Exponent >= 0 ? "+" : "").Append(number.Exponent);
                break;
            case 2:
                json.Append(digits).Append(number.Digits == 0 ? "" : "00").Append('e').Append(number.Exponent - 2);
                break;
            default:
                var unsigned = digits.TrimStart('-');
                json.Append(number.Digits < 0 ? "-0." : "0.").Append(unsigned).Append('e').Append(number.Exponent + unsigned.Length);
                break;
        }
    }

    private static void Space(StringBuilder json, Random random) => json.Append([' ', '\t', '\r', '\n'], 0, random.Next(3) == 0 ? random.Next(5) : 0);
}
