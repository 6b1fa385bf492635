using System.Globalization;
using System.Text;
using CloudController.Jobs.AspNetCore.V3.Submitting;

namespace CloudController.Jobs.AspNetCore.Tests.V3;

public sealed class Iso8601Tests
{
    [Theory]
    [InlineData("2026-03-04T05:06:07Z", "2026-03-04T05:06:07.000")]
    [InlineData("2026-03-04T05:06:07.9Z", "2026-03-04T05:06:07.900")]
    [InlineData("2026-03-04T05:06:07.123456789Z", "2026-03-04T05:06:07.123")]
    [InlineData("2026-03-04T05:06:07+02:00", "2026-03-04T03:06:07.000")]
    [InlineData("2026-03-04T05:06:07.5-09:30", "2026-03-04T14:36:07.500")]
    [InlineData("2024-02-29T23:59:59Z", "2024-02-29T23:59:59.000")]
    [InlineData("9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999")]
    public void An_instant_is_read_as_utc_to_the_millisecond(string text, string utc)
    {
        Assert.True(Iso8601.TryParse(Encoding.UTF8.GetBytes(text), out var instant));
        Assert.Equal(utc, instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff", CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData("")]
    [InlineData("2026-03-04")]
    [InlineData("2026-03-04T05:06:07")]
    [InlineData("2026-03-04 05:06:07Z")]
    [InlineData("2026-03-04T05:06:07z")]
    [InlineData("2026-03-04T05:06:07.Z")]
    [InlineData("2026-03-04T05:06:07.1234567890Z")]
    [InlineData("2026-03-04T05:06:07.5")]
    [InlineData("2026-03-04T05:06:07+0200")]
    [InlineData("2026-03-04T05:06:07+24:00")]
    [InlineData("2026-02-29T00:00:00Z")]
    [InlineData("2026-13-01T00:00:00Z")]
    [InlineData("2026-00-01T00:00:00Z")]
    [InlineData("2026-01-00T00:00:00Z")]
    [InlineData("2026-01-01T24:00:00Z")]
    [InlineData("2026-01-01T00:60:00Z")]
    [InlineData("2026-01-01T00:00:60Z")]
    [InlineData("1969-12-31T23:59:59Z")]
    [InlineData("1970-01-01T00:00:00+00:01")]
    [InlineData("9999-12-31T23:59:59-00:01")]
    [InlineData("+026-01-01T00:00:00Z")]
    [InlineData("٢٠26-01-01T00:00:00Z")]
    public void Anything_else_is_no_instant(string text) => Assert.False(Iso8601.TryParse(Encoding.UTF8.GetBytes(text), out _));
}
