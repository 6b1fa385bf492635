namespace CloudController.Jobs.AspNetCore.Networking;

/// <summary>Where this service's own HTTP requests may go: section <c>Http</c>.</summary>
internal sealed class HttpOptions
{
    /// <summary>Hosts that <c>http.request</c> jobs may go to: names, <c>*.example.org</c> for all names below one, literal addresses, or
    /// <c>*</c> for any public address; by default none.</summary>
    public IList<string> AllowedHosts { get; } = [];

    /// <summary>Whether a host that is listed by more than <c>*</c> may have private addresses; by default not.</summary>
    public bool AllowPrivateNetworks { get; set; }
}
