using CloudController.Jobs.AspNetCore.V3.Listing;
using CloudController.Jobs.Storage;

namespace CloudController.Jobs.AspNetCore.Tests.V3;

/// <summary>The grammar and messages are those of Cloud Controller's lists.</summary>
public sealed class LabelSelectorTests
{
    [Theory]
    [InlineData("env", "env", LabelMatch.Exists, "")]
    [InlineData("!env", "env", LabelMatch.Absent, "")]
    [InlineData("env=prod", "env", LabelMatch.In, "prod")]
    [InlineData("env==prod", "env", LabelMatch.In, "prod")]
    [InlineData("env=", "env", LabelMatch.In, "")]
    [InlineData("env!=prod", "env", LabelMatch.NotIn, "prod")]
    [InlineData("env in (prod,dev)", "env", LabelMatch.In, "prod|dev")]
    [InlineData("env notin (prod,dev)", "env", LabelMatch.NotIn, "prod|dev")]
    [InlineData("example.com/env=prod", "example.com/env", LabelMatch.In, "prod")]
    public void A_requirement_is_read(string selector, string key, LabelMatch match, string values)
    {
        Assert.Null(LabelSelector.WhyNot(selector, out var requirements));

        var requirement = Assert.Single(requirements);
        Assert.Equal((key, match, values), (requirement.Key, requirement.Match, string.Join('|', requirement.Values)));
    }

    [Fact]
    public void Requirements_are_split_at_commas_outside_of_parentheses()
    {
        Assert.Null(LabelSelector.WhyNot("!fruit,env=prod,animal in (dog,horse)", out var requirements));
        Assert.Equal(["fruit", "env", "animal"], requirements.Select(requirement => requirement.Key));
    }

    [Theory]
    [InlineData("", "Missing label_selector value")]
    [InlineData(" ", "Missing label_selector value")]
    [InlineData("!", "Invalid label_selector value")]
    [InlineData("foo=bar, ", "Invalid label_selector value")]
    [InlineData("=bar", "Invalid label_selector value")]
    [InlineData("a b=c", "Invalid label_selector value")]
    [InlineData("env in(prod)", "Invalid label_selector value")]
    [InlineData("env  in (prod", "Invalid label_selector value")]
    [InlineData("env=pr od", "Invalid label_selector value")]
    [InlineData("-env", "Invalid label_selector value")]
    [InlineData("a/b/c", "Invalid label_selector value")]
    [InlineData("cloudfoundry.org/x", "Invalid label_selector value")]
    public void A_bad_selector_says_why(string selector, string message) => Assert.Equal(message, LabelSelector.WhyNot(selector, out _));

    [Fact]
    public void Fifty_requirements_are_allowed_and_one_more_is_not()
    {
        var fifty = string.Join(',', Enumerable.Range(0, 50).Select(number => $"key{number}"));

        Assert.Null(LabelSelector.WhyNot(fifty, out _));
        Assert.Equal("Too many label_selector requirements (maximum is 50)", LabelSelector.WhyNot(fifty + ",one-more", out _));
    }
}
