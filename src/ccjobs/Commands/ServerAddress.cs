using System.Net;

namespace CloudController.Jobs.Cli.Commands;

/// <summary>Which server a client command calls.</summary>
internal static class ServerAddress
{
    public const string Variable = "CCJOBS_URL";
    public const string Default = "http://127.0.0.1:8181";

    /// <summary>The address, with a slash at its end.</summary>
    /// <exception cref="UsageException">It is none.</exception>
    public static Uri Find(string? option)
    {
        if (option is not null)
            return Parse("--server", option);

        return Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } url ? Parse(Variable, url) : Parse("--server", Default);
    }

    /// <summary>Whether a token file of this machine may be sent there.</summary>
    public static bool IsLoopback(Uri server) =>
        server.IdnHost == "localhost" || (IPAddress.TryParse(server.IdnHost, out var address) && IPAddress.IsLoopback(address));

    private static Uri Parse(string source, string url)
    {
        var isUsable = Uri.TryCreate(url, UriKind.Absolute, out var server)
            && server is { Scheme: "http" or "https", Host.Length: > 0, UserInfo: "", Query: "", Fragment: "" };
        if (!isUsable)
            throw new UsageException($"{source} is '{url}'; it can be an http or https URL without user name, query and fragment.");

        return server!.AbsoluteUri.EndsWith('/') ? server : new Uri($"{server.AbsoluteUri}/");
    }
}
