using System.Text;
using System.Text.RegularExpressions;
using CloudController.Jobs.AspNetCore.V3.Submitting;
using CsCheck;

namespace CloudController.Jobs.AspNetCore.Tests.V3;

public sealed partial class CompactJsonTests
{
    [Fact]
    public void Only_the_space_between_tokens_goes() =>
        Gen.Select(AnyJson.Any, Gen.Int).Sample(
            (value, seed) =>
            {
                var json = value.Spell(new Random(seed));
                Assert.Equal(WithoutSpace(json), Compact(json));
            },
            iter: 2_000);

    [Theory]
    [InlineData(" [ 1.50 , 1E+2 ,\r\n\t-0 ] ", "[1.50,1E+2,-0]")]
    [InlineData("{ \"b\" : \" \\\" \\\\\" , \"a\" : null }", "{\"b\":\" \\\" \\\\\",\"a\":null}")]
    [InlineData("\"\\u0000\\ud800 \"", "\"\\u0000\\ud800 \"")]
    public void Digits_escapes_and_order_stay(string json, string compact) => Assert.Equal(compact, Compact(json));

    /// <summary>What the outside expects: everything in strings stays, space elsewhere goes.</summary>
    internal static string WithoutSpace(string json) => SpaceOutsideOfStrings().Replace(json, "$1");

    private static string Compact(string json) => Encoding.UTF8.GetString(CompactJson.From(Encoding.UTF8.GetBytes(json)));

    [GeneratedRegex("""("(?:[^"\\]|\\.)*")|[ \t\r\n]+""")]
    private static partial Regex SpaceOutsideOfStrings();
}
