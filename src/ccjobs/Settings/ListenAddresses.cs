using System.Net;

namespace CloudController.Jobs.Cli.Settings;

/// <summary>Where the server listens: setting <c>Urls</c>.</summary>
internal static class ListenAddresses
{
    public const string Default = "http://127.0.0.1:8181";

    /// <exception cref="UsageException">One is no address to listen on.</exception>
    public static IReadOnlyList<string> From(IConfiguration configuration)
    {
        var urls = (configuration["Urls"] ?? Default).Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (urls.Length == 0)
            throw Wrong("");

        foreach (var url in urls)
            Check(url, configuration);

        return urls;
    }

    /// <summary>The address at which a program of this machine finds the server: a wildcard is none.</summary>
    public static string Reachable(string address)
    {
        var binding = BindingAddress.Parse(address);
        return IsWildcard(binding.Host) ? $"{binding.Scheme}://127.0.0.1:{binding.Port}" : address;
    }

    private static bool IsWildcard(string host) =>
        host is "*" or "+" || (IPAddress.TryParse(host, out var ip) && (ip.Equals(IPAddress.Any) || ip.Equals(IPAddress.IPv6Any)));

    private static void Check(string url, IConfiguration configuration)
    {
        BindingAddress address;
        try
        {
            address = BindingAddress.Parse(url);
        }
        catch (FormatException)
        {
            throw Wrong(url);
        }

        // The server would take any other host for all addresses of the machine.
        var isHost = address.Host is "localhost" or "*" or "+" || IPAddress.TryParse(address.Host, out _);
        var isWhole = address.Scheme is "http" or "https" && isHost && address.Port is >= 0 and <= IPEndPoint.MaxPort && address.PathBase.Length == 0;
        var isChosenTwice = address is { Host: "localhost", Port: 0 };
        if (!isWhole || isChosenTwice)
            throw Wrong(url);
        if (address.Scheme == "https" && !File.Exists(configuration["Kestrel:Certificates:Default:Path"]))
            throw new UsageException($"Urls is '{url}'; https needs a certificate: Kestrel:Certificates:Default:Path with :KeyPath or :Password.");
    }

    private static UsageException Wrong(string url) =>
        new($"Urls is '{url}'; it can be http://ADDRESS:PORT or https://ADDRESS:PORT, the address an IP address, localhost or *,"
            + " several with ';' between.");
}
