using CloudController.Jobs.Errors;
using CsCheck;

namespace CloudController.Jobs.Tests.Errors;

public sealed class MessageFormatTests
{
    [Theory]
    // What Ruby's Kernel#format makes of them.
    [InlineData("none", new[] { "unused" }, "none")]
    [InlineData("%s", new[] { "a" }, "a")]
    [InlineData("%s and %s", new[] { "a", "b" }, "a and b")]
    [InlineData("%d of %i", new[] { "1", "2" }, "1 of 2")]
    [InlineData("%2$s before %1$s", new[] { "a", "b" }, "b before a")]
    [InlineData("%1$s, %1$d", new[] { "7" }, "7, 7")]
    [InlineData("100%% of %s", new[] { "a" }, "100% of a")]
    [InlineData("%%s", new string[0], "%s")]
    [InlineData("%10$s", new[] { "1", "2", "3", "4", "5", "6", "7", "8", "9", "ten" }, "ten")]
    public void A_message_is_filled(string message, string[] arguments, string expected)
    {
        Assert.Null(MessageFormat.FindFault(message));
        Assert.Equal(expected, MessageFormat.Fill(message, arguments));
    }

    [Theory]
    [InlineData("none", 0)]
    [InlineData("100%%", 0)]
    [InlineData("%s%s%d", 3)]
    [InlineData("%3$s", 3)]
    [InlineData("%1$s %1$s", 1)]
    public void Arguments_are_counted(string message, int expected) =>
        Assert.Equal(expected, new CatalogEntry(1, "Some", 400, message).ArgumentCount);

    [Theory]
    [InlineData("%", "%")]
    [InlineData("ends in %", "%")]
    [InlineData("%x", "%x")]
    [InlineData("%5s", "%5")]
    [InlineData("%-5s", "%-")]
    [InlineData("%{name}", "%{")]
    [InlineData("%<name>s", "%<")]
    [InlineData("%0$s", "%0")]
    [InlineData("%100$s", "%1")]
    [InlineData("50% off", "% ")]
    public void Other_formats_are_faults_and_stand_for_themselves(string message, string shown)
    {
        Assert.Equal($"has '{shown}', which is none of the formats %s, %d, %i, %1$s and %%", MessageFormat.FindFault(message));
        Assert.Equal(message, MessageFormat.Fill(message, ["a"]));
    }

    [Fact]
    public void Order_and_position_do_not_mix() =>
        Assert.Equal("takes arguments both in order (%s) and by position (%1$s)", MessageFormat.FindFault("%s %1$s"));

    [Fact]
    public void A_missing_argument_is_empty_and_one_too_many_is_left_out()
    {
        var entry = new CatalogEntry(1, "Some", 400, "%s|%s");

        Assert.Equal("|", entry.ToError().Detail);
        Assert.Equal("a|", entry.ToError("a").Detail);
        Assert.Equal("a|b", entry.ToError("a", "b", "c").Detail);
    }

    [Fact]
    public void Literal_text_survives_between_arguments()
    {
        var texts = Gen.String.Select(text => text.Replace("%", "%%", StringComparison.Ordinal));

        Gen.Select(texts, texts, Gen.String).Sample((before, after, argument) =>
        {
            var message = $"{before}%s{after}";
            Assert.Null(MessageFormat.FindFault(message));
            Assert.Equal(1, MessageFormat.CountArguments(message));
            Assert.Equal(
                before.Replace("%%", "%", StringComparison.Ordinal) + argument + after.Replace("%%", "%", StringComparison.Ordinal),
                MessageFormat.Fill(message, [argument]));
        });
    }
}
