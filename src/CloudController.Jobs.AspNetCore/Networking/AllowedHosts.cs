using System.Net;

namespace CloudController.Jobs.AspNetCore.Networking;

/// <summary>To which addresses of a host requests may go.</summary>
internal enum HostReach
{
    /// <summary>To none: the host is not allowed.</summary>
    Nowhere,

    /// <summary>To public addresses.</summary>
    PublicAddresses,

    /// <summary>To private ones too.</summary>
    AnyAddress,
}

/// <summary>The hosts that an operator allows (contract §2, <c>Http:AllowedHosts</c>).</summary>
internal sealed class AllowedHosts
{
    private const string Any = "*";

    private readonly HashSet<string> exact = new(StringComparer.Ordinal);
    private readonly List<string> suffixes = [];
    private readonly bool any;
    private readonly HostReach listed;

    public AllowedHosts(HttpOptions options)
    {
        listed = options.AllowPrivateNetworks ? HostReach.AnyAddress : HostReach.PublicAddresses;
        foreach (var host in options.AllowedHosts.Select(host => host.Trim()))
        {
            if (host == Any)
                any = true;
            else if (host.StartsWith("*.", StringComparison.Ordinal))
                suffixes.Add("." + Normalize(host[2..]));
            else
                exact.Add(Normalize(host));
        }
    }

    /// <summary>Where requests to a host may go.</summary>
    /// <param name="host">As <see cref="Uri.IdnHost"/> has it.</param>
    public HostReach Reach(string host)
    {
        var normal = Normalize(host);
        if (exact.Contains(normal) || suffixes.Exists(suffix => normal.EndsWith(suffix, StringComparison.Ordinal)))
            return listed;

        return any ? HostReach.PublicAddresses : HostReach.Nowhere;
    }

    /// <summary>Whether a setting is spelt so that it can match a host.</summary>
    public static bool IsValid(string setting)
    {
        var host = setting.Trim();
        if (host == Any)
            return true;

        return host.StartsWith("*.", StringComparison.Ordinal)
            ? Uri.CheckHostName(host[2..]) == UriHostNameType.Dns
            : Uri.CheckHostName(host) is UriHostNameType.Dns or UriHostNameType.IPv4 or UriHostNameType.IPv6;
    }

    // One spelling for each host, the one that a Uri gives it: lower case, punycode, literal addresses in their canonical form.
    private static string Normalize(string host)
    {
        if (IPAddress.TryParse(host, out var address))
            return address.ToString();

        return Uri.TryCreate($"http://{host}/", UriKind.Absolute, out var uri)
            ? uri.IdnHost.TrimEnd('.').ToLowerInvariant()
            : host.TrimEnd('.').ToLowerInvariant();
    }
}
