using CloudController.Jobs.Storage;
using CsCheck;

namespace CloudController.Jobs.Tests.Storage;

public sealed class LeaseIdTests
{
    [Fact]
    public void Every_lease_is_read_back_from_its_forty_digits() =>
        Gen.Select(Gen.Long, Gen.Int, Gen.Long).Sample((job, run, nonce) =>
        {
            var lease = new LeaseId(job, run, nonce);
            var text = lease.ToString();

            Assert.Matches("^[0-9a-f]{40}$", text);
            Assert.True(LeaseId.TryParse(text, out var read));
            Assert.Equal(lease, read);
        });

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("000000000000000100000001000000000000000")]
    [InlineData("00000000000000010000000100000000000000011")]
    [InlineData("000000000000000100000001000000000000000A")]
    [InlineData("000000000000000100000001 00000000000000a")]
    [InlineData("-00000000000000100000001000000000000000a")]
    [InlineData("٠000000000000000100000001000000000000001")]
    public void Any_other_spelling_is_no_lease(string? text)
    {
        Assert.False(LeaseId.TryParse(text, out var lease));
        Assert.Equal(default, lease);
    }
}
