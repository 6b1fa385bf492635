using CloudController.Jobs.AspNetCore.Auth;
using CloudController.Jobs.AspNetCore.Tests.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace CloudController.Jobs.AspNetCore.Tests.Settings;

/// <summary>Contract §2: a wrong value stops the start with one line that names the key, the value and what is allowed.</summary>
public sealed class SettingsTests
{
    [Theory]
    [InlineData("TimeZone", "Mars/Olympus", "TimeZone is 'Mars/Olympus'; it can be UTC or a zone that this system knows, such as America/Los_Angeles.")]
    [InlineData("TimeZone", "", "TimeZone is ''; it can be UTC or a zone that this system knows, such as America/Los_Angeles.")]
    [InlineData("ExternalUrl", "jobs.example.org", "ExternalUrl is 'jobs.example.org'; it can be an http or https url without query, such as https://api.example.org.")]
    [InlineData("ExternalUrl", "ftp://x", "ExternalUrl is 'ftp://x'; it can be an http or https url without query, such as https://api.example.org.")]
    [InlineData("ExternalUrl", "https://x/?y", "ExternalUrl is 'https://x/?y'; it can be an http or https url without query, such as https://api.example.org.")]
    [InlineData("TrustedProxies:0", "localhost", "TrustedProxies has 'localhost'; it can have addresses and networks, such as 192.0.2.1 or 10.0.0.0/8.")]
    [InlineData("TrustedProxies:0", "10.0.0.0/33", "TrustedProxies has '10.0.0.0/33'; it can have addresses and networks, such as 192.0.2.1 or 10.0.0.0/8.")]
    [InlineData("Jobs:UnknownGuid", "404", "Jobs:UnknownGuid is '404'; it can be finished or notFound.")]
    [InlineData("Jobs:V2Authentication", "true", "Jobs:V2Authentication is 'true'; it can be none or required.")]
    [InlineData("RateLimit:OpenPerSecond", "0", "RateLimit:OpenPerSecond is 0; it can be 1 to 1000000.")]
    [InlineData("RateLimit:UserPerSecond", "1000001", "RateLimit:UserPerSecond is 1000001; it can be 1 to 1000000.")]
    [InlineData("Auth:Authority", "uaa", "Auth:Authority is 'uaa'; it can be an https url, or an http url on a loopback address.")]
    [InlineData("Auth:Authority", "http://uaa.example.com", "Auth:Authority is 'http://uaa.example.com'; it can be an https url, or an http url on a loopback address.")]
    [InlineData("Auth:Audience", " ", "Auth:Audience is empty; it is the text that must stand in a token's aud.")]
    [InlineData("Auth:Tokens:0:Token", "", "Auth:Tokens:0:Token is empty; it can be 1 or more visible ASCII characters.")]
    [InlineData("Auth:Tokens:1:Token", "two words", "Auth:Tokens:1:Token has a character that can't be sent; it can have visible ASCII characters, no spaces.")]
    [InlineData("Auth:Tokens:1:Token", "admin", "Auth:Tokens has the same Token twice; one token has one name.")]
    [InlineData("Auth:Tokens:1:Name", "", "Auth:Tokens:1:Name is empty; it can be any text that no other token has.")]
    [InlineData("Auth:Tokens:1:Name", "admin", "Auth:Tokens has two tokens with the Name 'admin'; names are unique.")]
    [InlineData("Auth:Tokens:1:Scopes:0", "a b", "Auth:Tokens:1:Scopes has 'a b'; a scope can be visible ASCII characters, no spaces, such as cloud_controller.read.")]
    public async Task A_wrong_value_stops_the_start(string key, string value, string sentence)
    {
        var failure = await Assert.ThrowsAsync<OptionsValidationException>(() => JobsHost.StartAsync([new(key, value)]));

        Assert.Equal([sentence], failure.Failures);
    }

    [Theory]
    [InlineData("TimeZone", "utc")]
    [InlineData("TimeZone", "Etc/UTC")]
    [InlineData("TimeZone", "Asia/Kathmandu")]
    [InlineData("ExternalUrl", "https://jobs.example.org/base/")]
    [InlineData("TrustedProxies:0", "::1")]
    [InlineData("TrustedProxies:0", "fd00::/8")]
    [InlineData("Jobs:UnknownGuid", "notfound")]
    [InlineData("Jobs:V2Authentication", "Required")]
    [InlineData("Auth:Authority", "http://localhost:8080/uaa")]
    public async Task A_right_value_does_not(string key, string value)
    {
        await using var host = await JobsHost.StartAsync([new(key, value)]);
    }

    [Fact]
    public async Task Names_are_unique_among_generated_tokens_too()
    {
        var failure = await Assert.ThrowsAsync<OptionsValidationException>(() => JobsHost.StartAsync(services: services =>
            services.Configure<AuthOptions>(auth => auth.HashedTokens.Add(new(new byte[32], Tokens.Reader, [])))));

        Assert.Equal(["Auth:Tokens has two tokens with the Name 'reader'; names are unique."], failure.Failures);
    }

    [Fact]
    public void Whoever_forgets_the_services_is_told_so()
    {
        using var app = (IDisposable)WebApplication.CreateSlimBuilder().Build();

        Assert.Contains("AddCloudControllerJobsHttp", Assert.Throws<InvalidOperationException>(() => ((WebApplication)app).UseCloudControllerJobs()).Message, StringComparison.Ordinal);
        Assert.Contains("AddCloudControllerJobsHttp", Assert.Throws<InvalidOperationException>(() => ((WebApplication)app).MapCloudControllerJobs()).Message, StringComparison.Ordinal);
    }
}
