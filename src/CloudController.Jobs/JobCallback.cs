using System.Text.Json.Serialization;

namespace CloudController.Jobs;

/// <summary>Where a job's end is told.</summary>
/// <param name="Url">An absolute http or https url without user info, at most 2,048 characters.</param>
/// <param name="BaseUrl">What links in the told job begin with where no <c>ExternalUrl</c> is set: the base that its submitter used, without a slash at
/// the end.</param>
public sealed record JobCallback(string Url, string BaseUrl)
{
    /// <summary>Most characters of a url.</summary>
    public const int MaxLength = 2_048;

    /// <summary>The receiving host, in the one spelling that a url gives it.</summary>
    [JsonIgnore]
    public string Host => new Uri(Url).IdnHost;

    /// <summary>Whether a text is a url that a callback can have, but for its length: absolute, http or https, without user info.</summary>
    public static bool IsUrl(string text) =>
        !text.Any(character => char.IsControl(character) || char.IsWhiteSpace(character) || character == '\\')
        && Uri.TryCreate(text, UriKind.Absolute, out var url)
        && url.Scheme is "http" or "https"
        && url.UserInfo.Length == 0
        && HasHost(url);

    // What no name can be written as says so only when it is asked for.
    private static bool HasHost(Uri url)
    {
        try
        {
            return url.IdnHost.Length > 0;
        }
        catch (UriFormatException)
        {
            return false;
        }
    }
}
