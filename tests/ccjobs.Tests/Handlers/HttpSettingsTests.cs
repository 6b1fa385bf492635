using CloudController.Jobs.AspNetCore.Networking;

namespace CloudController.Jobs.Cli.Tests.Handlers;

public sealed class HttpSettingsTests
{
    [Theory]
    [InlineData("api.example.org", "api.example.org", HostReach.PublicAddresses)]
    [InlineData("API.Example.org.", "api.example.org", HostReach.PublicAddresses)]
    [InlineData("api.example.org", "example.org", HostReach.Nowhere)]
    [InlineData("api.example.org", "x.api.example.org", HostReach.Nowhere)]
    [InlineData("*.example.org", "a.b.example.org", HostReach.PublicAddresses)]
    [InlineData("*.example.org", "example.org", HostReach.Nowhere)]
    [InlineData("*.example.org", "badexample.org", HostReach.Nowhere)]
    [InlineData("[::1]", "::1", HostReach.PublicAddresses)]
    [InlineData("10.0.0.1", "10.0.0.1", HostReach.PublicAddresses)]
    [InlineData("*", "anything.example", HostReach.PublicAddresses)]
    public void A_listed_host_is_matched_whatever_its_spelling(string listed, string host, object reach)
    {
        var options = new HttpOptions();
        options.AllowedHosts.Add(listed);

        Assert.Equal(reach, new AllowedHosts(options).Reach(host));
    }

    [Fact]
    public void Private_networks_are_for_listed_hosts_only()
    {
        var options = new HttpOptions { AllowPrivateNetworks = true };
        options.AllowedHosts.Add("*");
        options.AllowedHosts.Add("inside.example");
        var hosts = new AllowedHosts(options);

        Assert.Equal(HostReach.AnyAddress, hosts.Reach("inside.example"));
        Assert.Equal(HostReach.PublicAddresses, hosts.Reach("localhost"));
    }

    [Theory]
    [InlineData("http://example.org")]
    [InlineData("example.org:8080")]
    [InlineData("example.org/path")]
    [InlineData("*example.org")]
    [InlineData("exa mple.org")]
    [InlineData("")]
    public void A_host_that_could_never_match_stops_the_start(string host)
    {
        using var handlers = new HandlerHost(new Dictionary<string, string?> { ["Http:AllowedHosts:0"] = host });

        Assert.Equal(
            [$"Http:AllowedHosts:0 is '{host}'; it can be a host name, '*.' and a host name, an IP address, or '*', without scheme, port or path."],
            handlers.WhyNotStart());
    }

    [Fact]
    public void A_single_value_for_the_list_of_hosts_stops_the_start()
    {
        using var handlers = new HandlerHost(new Dictionary<string, string?> { ["Http:AllowedHosts"] = "example.org" });

        Assert.StartsWith("Http:AllowedHosts is 'example.org'; it is a list", Assert.Single(handlers.WhyNotStart()), StringComparison.Ordinal);
    }

    [Fact]
    public void No_settings_are_right_settings()
    {
        using var handlers = new HandlerHost();

        Assert.Empty(handlers.WhyNotStart());
    }
}
