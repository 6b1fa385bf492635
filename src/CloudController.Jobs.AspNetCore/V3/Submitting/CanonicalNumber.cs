using System.Buffers.Text;
using System.Globalization;

namespace CloudController.Jobs.AspNetCore.V3.Submitting;

/// <summary>A JSON number as sign, digits without zeros at either end, and power of ten: 1, 1.0 and 10e-1 are one number, and no digit is
/// lost.</summary>
internal readonly ref struct CanonicalNumber
{
    private CanonicalNumber(bool negative, ReadOnlySpan<byte> whole, ReadOnlySpan<byte> fraction, long exponent)
    {
        Negative = negative;
        Whole = whole;
        Fraction = fraction;
        Exponent = exponent;
    }

    private bool Negative { get; }

    // The significant digits are those of both parts, one after the other.
    private ReadOnlySpan<byte> Whole { get; }

    private ReadOnlySpan<byte> Fraction { get; }

    private long Exponent { get; }

    /// <param name="text">A number that a reader has accepted.</param>
    public static CanonicalNumber Parse(ReadOnlySpan<byte> text)
    {
        var negative = text[0] == '-';
        var digits = negative ? text[1..] : text;
        var exponent = 0L;
        if (digits.IndexOfAny((byte)'e', (byte)'E') is var at and >= 0)
        {
            exponent = ParseExponent(digits[(at + 1)..]);
            digits = digits[..at];
        }

        var point = digits.IndexOf((byte)'.');
        var whole = (point < 0 ? digits : digits[..point]).TrimStart((byte)'0');
        var fraction = point < 0 ? default : digits[(point + 1)..].TrimEnd((byte)'0');
        exponent -= fraction.Length;
        if (whole.IsEmpty)
            fraction = fraction.TrimStart((byte)'0');

        if (fraction.IsEmpty)
        {
            var trimmed = whole.TrimEnd((byte)'0');
            exponent += whole.Length - trimmed.Length;
            whole = trimmed;
        }

        return whole.IsEmpty && fraction.IsEmpty ? default : new CanonicalNumber(negative, whole, fraction, exponent);
    }

    public void AppendTo(CanonicalJson canonical)
    {
        Span<byte> exponent = stackalloc byte[24];
        Utf8Formatter.TryFormat(Exponent, exponent, out var written);
        canonical.Append(Negative ? "-"u8 : "+"u8);
        canonical.Append(Whole);
        canonical.Append(Fraction);
        canonical.Append("e"u8);
        canonical.Append(exponent[..written]);
        canonical.Append(";"u8);
    }

    // Past 18 digits an exponent is beyond any number's use; all of those are taken for the same.
    private static long ParseExponent(ReadOnlySpan<byte> text)
    {
        var negative = text[0] == '-';
        var digits = text.TrimStart("+-"u8).TrimStart((byte)'0');
        var value = digits.IsEmpty ? 0 : digits.Length > 18 ? long.MaxValue / 2 : long.Parse(digits, CultureInfo.InvariantCulture);
        return negative ? -value : value;
    }
}
