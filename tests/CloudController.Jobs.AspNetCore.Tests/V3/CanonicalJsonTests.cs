using System.Text;
using CloudController.Jobs.AspNetCore.V3.Submitting;
using CsCheck;

namespace CloudController.Jobs.AspNetCore.Tests.V3;

public sealed class CanonicalJsonTests
{
    [Fact]
    public void Two_spellings_of_one_value_have_one_fingerprint() =>
        Gen.Select(AnyJson.Any, Gen.Int, Gen.Int).Sample(
            (value, one, other) => Assert.Equal(Fingerprint(value.Spell(new Random(one))), Fingerprint(value.Spell(new Random(other)))),
            iter: 2_000);

    [Fact]
    public void Two_values_have_two_fingerprints() =>
        Gen.Select(AnyJson.Any, AnyJson.Any).Sample(
            (one, other) =>
            {
                var (first, second) = (one.Spell(new Random(1)), other.Spell(new Random(1)));
                Assert.Equal(SameValue(first, second), Fingerprint(first).SequenceEqual(Fingerprint(second)));
            },
            iter: 2_000);

    [Theory]
    [InlineData("1", "1.0")]
    [InlineData("1", "1e0")]
    [InlineData("100", "1E+2")]
    [InlineData("-0", "0.0e7")]
    [InlineData("0.001", "1e-3")]
    [InlineData("\"\\u0061\\/\"", "\"a/\"")]
    [InlineData("\"\\ud83d\\ude00\"", "\"😀\"")]
    [InlineData("{\"a\":1,\"b\":[2,3]}", " {\"b\" : [2, 3], \"a\":1.0}")]
    [InlineData("1e99999999999999999999", "1e99999999999999999999")]
    public void Spelling_makes_no_difference(string one, string other) => Assert.Equal(Fingerprint(one), Fingerprint(other));

    [Theory]
    [InlineData("1", "\"1\"")]
    [InlineData("1", "10")]
    [InlineData("1", "-1")]
    [InlineData("0.1", "0.01")]
    [InlineData("10000000000000000000000000000000000000001", "10000000000000000000000000000000000000002")]
    [InlineData("[1,2]", "[2,1]")]
    [InlineData("[[1],2]", "[[1,2]]")]
    [InlineData("{\"a\":null}", "{}")]
    [InlineData("{\"a\":1,\"a\":2}", "{\"a\":2,\"a\":1}")]
    [InlineData("\"\\ud800\"", "\"\\udbff\"")]
    [InlineData("\"\\ud800\"", "\"\\ufffd\"")]
    [InlineData("\"\"", "\"\\u0000\"")]
    public void What_is_said_makes_a_difference(string one, string other) => Assert.NotEqual(Fingerprint(one), Fingerprint(other));

    [Fact]
    public void A_property_can_be_left_out_of_the_outermost_object_only()
    {
        var without = Fingerprint("""{"a":{"key":2}}""");

        Assert.Equal(without, CanonicalJson.Fingerprint("""{"key":1,"a":{"key":2}}"""u8, "key"u8));
        Assert.NotEqual(without, CanonicalJson.Fingerprint("""{"key":1,"a":{"key":3}}"""u8, "key"u8));
    }

    [Fact]
    public void Many_keys_and_deep_nesting_are_one_value_in_any_order()
    {
        var keys = Enumerable.Range(0, 20_000).Select(number => $"\"k{number}\":{number}").ToArray();
        var (forward, backward) = ($"{{{string.Join(',', keys)}}}", $"{{{string.Join(',', keys.Reverse())}}}");
        for (var depth = 0; depth < 60; depth++)
            (forward, backward) = ($"{{\"a\":{forward},\"b\":0}}", $"{{\"b\":0,\"a\":{backward}}}");

        Assert.Equal(Fingerprint(forward), Fingerprint(backward));
    }

    private static byte[] Fingerprint(string json) => CanonicalJson.Fingerprint(Encoding.UTF8.GetBytes(json));

    private static bool SameValue(string one, string other)
    {
        using var first = System.Text.Json.JsonDocument.Parse(one);
        using var second = System.Text.Json.JsonDocument.Parse(other);
        return System.Text.Json.JsonElement.DeepEquals(first.RootElement, second.RootElement);
    }
}
