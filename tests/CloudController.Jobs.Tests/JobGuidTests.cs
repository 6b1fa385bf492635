using CsCheck;

namespace CloudController.Jobs.Tests;

public sealed class JobGuidTests
{
    private static readonly DateTimeOffset Now = new(2026, 6, 1, 12, 0, 0, 123, TimeSpan.Zero);

    [Fact]
    public void A_guid_is_one_of_version_7_that_begins_with_the_clock_s_milliseconds()
    {
        var text = JobGuid.New(Now).ToString();

        // RFC 9562 §5.7: 48 bits of Unix milliseconds, version 7, variant 10.
        Assert.Equal(Now.ToUnixTimeMilliseconds().ToString("x12", null), text[..8] + text[9..13]);
        Assert.Equal('7', text[14]);
        Assert.Contains(text[19], "89ab");
    }

    [Fact]
    public void Guids_of_one_millisecond_differ() =>
        Assert.Equal(10_000, Enumerable.Range(0, 10_000).Select(_ => JobGuid.New(Now)).Distinct().Count());

    [Fact]
    public void Guids_made_later_sort_later() => Gen.Select(Gen.Int[0, int.MaxValue], Gen.Int[1, 1_000_000]).Sample((offset, later) =>
    {
        var earlier = Now.AddMilliseconds(offset);

        Assert.True(string.CompareOrdinal(JobGuid.New(earlier).ToString(), JobGuid.New(earlier.AddMilliseconds(later)).ToString()) < 0);
    });

    [Fact]
    public void A_guid_is_read_back_from_36_lower_case_characters()
    {
        var guid = JobGuid.New(Now);

        Assert.True(JobGuid.TryParse(guid.ToString(), out var read));
        Assert.Equal(guid, read);
    }

    [Theory]
    // Contract §3: any other spelling is not held.
    [InlineData("")]
    [InlineData("0")]
    [InlineData("019E830E-1afa-7f39-b924-28797a5546ae")]
    [InlineData("019e830e1afa7f39b92428797a5546ae")]
    [InlineData("{019e830e-1afa-7f39-b924-28797a5546a}")]
    [InlineData("019e830e-1afa-7f39-b924-28797a5546a")]
    [InlineData("019e830e-1afa-7f39-b924-28797a5546aef")]
    [InlineData("019e830e-1afa-7f39-b924-28797a5546ag")]
    [InlineData(" 19e830e-1afa-7f39-b924-28797a5546ae")]
    [InlineData("019e830e-1afa-7f39-b924-28797a5546a\0")]
    public void Any_other_spelling_is_no_guid(string text) => Assert.False(JobGuid.TryParse(text, out _));
}
