using System.Net;
using System.Net.Sockets;
using CloudController.Jobs.AspNetCore.Networking;

namespace CloudController.Jobs.Cli.Tests.Handlers;

public sealed class HostAddressesTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_name_has_the_addresses_that_the_system_knows()
    {
        var addresses = await HostAddresses.FindAsync("localhost", Cancellation);

        Assert.NotEmpty(addresses);
        Assert.All(addresses, address => Assert.True(IPAddress.IsLoopback(address)));
    }

    // RFC 6761: no name below "invalid" exists.
    [Fact]
    public async Task A_name_without_any_is_said_to_have_none() =>
        await Assert.ThrowsAsync<SocketException>(() => HostAddresses.FindAsync("nobody.invalid", Cancellation));

    [Fact]
    public async Task Whoever_no_longer_waits_is_let_go_at_once() =>
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => HostAddresses.FindAsync("localhost", new CancellationToken(canceled: true)));
}
