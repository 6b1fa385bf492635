using System.Globalization;
using System.Text;
using CloudController.Jobs.AspNetCore.V2;
using Microsoft.Extensions.Options;

namespace CloudController.Jobs.AspNetCore.Tests.V2;

/// <summary>Contract §2, <c>TimeZone</c>.</summary>
public sealed class V2TimestampTests
{
    [Theory]
    [InlineData("UTC", "2014-06-20T00:18:51.999Z", "2014-06-20T00:18:51Z")]
    [InlineData("Etc/UTC", "2014-06-20T00:18:51Z", "2014-06-20T00:18:51Z")]
    [InlineData("America/Los_Angeles", "2014-06-20T00:18:51.999Z", "2014-06-19T17:18:51-07:00")]
    [InlineData("America/Los_Angeles", "2014-12-20T00:18:51Z", "2014-12-19T16:18:51-08:00")]
    [InlineData("Europe/London", "2014-12-20T00:18:51Z", "2014-12-20T00:18:51+00:00")]
    [InlineData("Asia/Kathmandu", "2026-01-01T00:00:00Z", "2026-01-01T05:45:00+05:45")]
    public void Only_utc_prints_z_and_nothing_prints_fractions(string zone, string instant, string expected)
    {
        var timestamp = new V2Timestamp(Options.Create(new JobsHttpOptions { TimeZone = zone }));
        var text = new byte[V2Timestamp.MaxLength];

        var length = timestamp.Write(DateTimeOffset.Parse(instant, CultureInfo.InvariantCulture), text);

        Assert.Equal(expected, Encoding.ASCII.GetString(text, 0, length));
    }
}
