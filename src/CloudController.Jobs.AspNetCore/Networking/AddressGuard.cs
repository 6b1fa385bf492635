using System.Net;
using System.Net.Sockets;

namespace CloudController.Jobs.AspNetCore.Networking;

/// <summary>Tells public addresses from those that a stranger's request must not reach from inside (contract §6): private, loopback, link-local,
/// unspecified, shared, multicast, reserved, and all of these written as IPv6.</summary>
internal static class AddressGuard
{
    // The special-purpose registry of IPv4 (RFC 6890 and its successors).
    private static readonly IPNetwork[] SpecialIPv4 =
    [
        IPNetwork.Parse("0.0.0.0/8"),          // this network; connecting to it reaches the host itself
        IPNetwork.Parse("10.0.0.0/8"),         // private
        IPNetwork.Parse("100.64.0.0/10"),      // shared by carriers
        IPNetwork.Parse("127.0.0.0/8"),        // loopback
        IPNetwork.Parse("169.254.0.0/16"),     // link-local, clouds' metadata services among them
        IPNetwork.Parse("172.16.0.0/12"),      // private
        IPNetwork.Parse("192.0.0.0/24"),       // protocol assignments
        IPNetwork.Parse("192.0.2.0/24"),       // documentation
        IPNetwork.Parse("192.88.99.0/24"),     // 6to4 relays
        IPNetwork.Parse("192.168.0.0/16"),     // private
        IPNetwork.Parse("198.18.0.0/15"),      // benchmarking
        IPNetwork.Parse("198.51.100.0/24"),    // documentation
        IPNetwork.Parse("203.0.113.0/24"),     // documentation
        IPNetwork.Parse("224.0.0.0/4"),        // multicast
        IPNetwork.Parse("240.0.0.0/4"),        // reserved, broadcast
    ];

    // Only 2000::/3 is global unicast; these are the exceptions within it.
    private static readonly IPNetwork GlobalIPv6 = IPNetwork.Parse("2000::/3");
    private static readonly IPNetwork[] SpecialIPv6 =
    [
        IPNetwork.Parse("2001::/23"),          // protocol assignments: Teredo, benchmarking, ORCHID
        IPNetwork.Parse("2001:db8::/32"),      // documentation
        IPNetwork.Parse("2002::/16"),          // 6to4, which can embed any IPv4 address
        IPNetwork.Parse("3fff::/20"),          // documentation
    ];

    // Where a network reaches IPv4 only by translation, public hosts have such addresses too, so the embedded one decides.
    private static readonly IPNetwork Nat64 = IPNetwork.Parse("64:ff9b::/96");

    /// <summary>Whether anyone on the Internet could reach this address just as well.</summary>
    public static bool IsPublic(IPAddress address)
    {
        if (address.AddressFamily == AddressFamily.InterNetwork)
            return !Array.Exists(SpecialIPv4, network => network.Contains(address));

        if (address.IsIPv4MappedToIPv6)
            return IsPublic(address.MapToIPv4());

        // A scope would keep a network from containing the address.
        var plain = new IPAddress(address.GetAddressBytes());
        if (Nat64.Contains(plain))
            return IsPublic(new IPAddress(plain.GetAddressBytes().AsSpan(12)));

        return GlobalIPv6.Contains(plain) && !Array.Exists(SpecialIPv6, network => network.Contains(plain));
    }
}
