using CloudController.Jobs.Storage;

namespace CloudController.Jobs.Tests.Storage;

public sealed class LeaseKeyTests
{
    private const string Text = "0190a3b2c4d57e8f9a0b1c2d3e4f50610000000000000007000000020123456789abcdef";

    private static readonly LeaseKey Key = new(new Guid("0190a3b2-c4d5-7e8f-9a0b-1c2d3e4f5061"), new LeaseId(7, 2, 0x0123456789abcdef));

    [Fact]
    public void It_is_the_job_and_the_lease_in_hexadecimal_digits()
    {
        Assert.Equal(Text, Key.ToString());
        Assert.True(LeaseKey.TryParse(Text, out var read));
        Assert.Equal(Key, read);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("0190a3b2c4d57e8f9a0b1c2d3e4f5061")]
    [InlineData(Text + "0")]
    [InlineData("0190A3B2c4d57e8f9a0b1c2d3e4f50610000000000000007000000020123456789abcdef")]
    [InlineData("0190a3b2c4d57e8f9a0b1c2d3e4f506g0000000000000007000000020123456789abcdef")]
    [InlineData("0190a3b2c4d57e8f9a0b1c2d3e4f50610000000000000007000000020123456789abcdeF")]
    [InlineData("0190a3b2-c4d57e8f9a0b1c2d3e4f5061000000000000007000000020123456789abcdef")]
    public void Any_other_spelling_is_none(string? text) => Assert.False(LeaseKey.TryParse(text, out _));
}
