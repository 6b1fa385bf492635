using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;

namespace CloudController.Jobs.AspNetCore.Pages;

/// <summary>A piece of HTML, written as an interpolated string: what stands in the template is taken as it is, what stands in a hole is encoded
/// unless it is HTML itself. So no text can become markup, whoever wrote it. Holes stand in content and in quoted attributes only.</summary>
[InterpolatedStringHandler]
internal readonly struct Html
{
    private const int GuessedLengthOfHole = 24;

    // Everything readable stays as it is; what means something in HTML, and control characters, do not.
    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    private readonly StringBuilder? text;

    public Html(int literalLength, int formattedCount) => text = new StringBuilder(literalLength + (formattedCount * GuessedLengthOfHole));

    /// <summary>Nothing.</summary>
    public static Html None => default;

    public bool IsNone => text is null;

    /// <summary>The pieces, one after the other.</summary>
    public static Html Join(IEnumerable<Html> pieces)
    {
        var all = new Html(256, 0);
        all.AppendFormatted(pieces);
        return all;
    }

    public void AppendLiteral(string literal) => text!.Append(literal);

    public void AppendFormatted(string? value)
    {
        if (value is not null)
            text!.Append(Encoder.Encode(value));
    }

    public void AppendFormatted(long value) => text!.Append(CultureInfo.InvariantCulture, $"{value}");

    public void AppendFormatted(Guid value) => text!.Append(CultureInfo.InvariantCulture, $"{value:D}");

    public void AppendFormatted(Html piece) => text!.Append(piece.text);

    public void AppendFormatted(IEnumerable<Html> pieces)
    {
        foreach (var piece in pieces)
            text!.Append(piece.text);
    }

    public override string ToString() => text?.ToString() ?? "";
}
