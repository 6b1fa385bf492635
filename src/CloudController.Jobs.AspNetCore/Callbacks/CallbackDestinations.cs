using System.Net;
using CloudController.Jobs.AspNetCore.Networking;

namespace CloudController.Jobs.AspNetCore.Callbacks;

/// <summary>Where callbacks may go (contract §2): to any public address, and to a private one only if its host is listed and private networks are
/// allowed.</summary>
internal sealed class CallbackDestinations(AllowedHosts hosts)
{
    /// <summary>To which addresses of a host a connection may go.</summary>
    /// <param name="host">As <see cref="Uri.IdnHost"/> has it.</param>
    public HostReach Reach(string host) => hosts.Reach(host) == HostReach.AnyAddress ? HostReach.AnyAddress : HostReach.PublicAddresses;

    /// <summary>Whether a callback may go to a url, as far as it shows without asking a name server.</summary>
    public bool Allows(JobCallback callback) =>
        !IPAddress.TryParse(callback.Host, out var address) || Reach(callback.Host) == HostReach.AnyAddress || AddressGuard.IsPublic(address);
}
