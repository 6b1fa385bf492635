using System.Globalization;
using System.Net;
using System.Text.Json;

namespace CloudController.Jobs.Cli.Handlers;

/// <summary>Arguments of <c>http.request</c>.</summary>
internal sealed record HttpRequestArguments : IJobArguments
{
    private const double MaxTimeoutSeconds = 3_600;
    private const double DefaultTimeoutSeconds = 30;
    private const int MaxUrlLength = 8_192;
    private const int MaxExpected = 100;

    private static readonly string[] Methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

    public static string Operation => "http.request";

    /// <summary>GET, HEAD, POST, PUT, PATCH, DELETE or OPTIONS, in any case; by default POST with a body, else GET.</summary>
    public string? Method { get; init; }

    /// <summary>Where to; required.</summary>
    public string? Url { get; init; }

    /// <summary>What the submitter adds to the request.</summary>
    public IReadOnlyDictionary<string, string>? Headers { get; init; }

    /// <summary>A string is sent as it is, any other JSON as JSON.</summary>
    public JsonElement Body { get; init; }

    /// <summary>Statuses that count as done: a number or several; by default 200 to 299.</summary>
    public JsonElement Expect { get; init; }

    /// <summary>Until the whole answer has to be there, redirects included: over 0 to 3,600 s, by default 30.</summary>
    public double? TimeoutSeconds { get; init; }

    public string? Validate()
    {
        if (!Methods.Contains(EffectiveMethod()))
            return $"arguments.method is not known; it can be {string.Join(", ", Methods)}";
        if (WhyNotUrl() is { } url)
            return url;
        if (Headers is not null && SubmittedHeaders.WhyNot(Headers) is { } headers)
            return headers;
        if (!TryReadExpected(out _))
            return $"arguments.expect can be a status of 200 to 599, or a list of 1 to {MaxExpected} of them";

        return TimeoutSeconds is null or (> 0 and <= MaxTimeoutSeconds) ? null : string.Create(
            CultureInfo.InvariantCulture,
            $"arguments.timeout_seconds is {TimeoutSeconds}; it can be more than 0 and at most {MaxTimeoutSeconds}");
    }

    // What is derived is a method: a property that is only ignored would still count as a known field.

    /// <summary>Whether there is something to send.</summary>
    public bool HasBody() => Body.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null);

    /// <summary>The method as it is sent.</summary>
    public string EffectiveMethod() => Method?.ToUpperInvariant() ?? (HasBody() ? "POST" : "GET");

    /// <summary>Until when the whole answer has to be there.</summary>
    public TimeSpan Timeout() => TimeSpan.FromSeconds(TimeoutSeconds ?? DefaultTimeoutSeconds);

    /// <summary>The destination; only for arguments that are valid.</summary>
    public Uri Destination() => new(Url!, UriKind.Absolute);

    /// <summary>Whether a status counts as done.</summary>
    public bool Expects(HttpStatusCode status) => TryReadExpected(out var expected) && expected is not null
        ? expected.Contains((int)status)
        : (int)status is >= 200 and <= 299;

    private string? WhyNotUrl()
    {
        if (Url is null)
            return "arguments.url is missing";
        if (Url.Length > MaxUrlLength
            || !Uri.TryCreate(Url, UriKind.Absolute, out var uri)
            || uri.Scheme is not ("http" or "https")
            || uri.Host.Length == 0)
            return $"arguments.url can be an absolute http or https URL of at most {MaxUrlLength} characters";

        // Credentials in a URL end up in logs of proxies and servers; a header is where they belong.
        return uri.UserInfo.Length > 0 ? "arguments.url has user info; send credentials in arguments.headers" : null;
    }

    private bool TryReadExpected(out IReadOnlyList<int>? statuses)
    {
        statuses = null;
        if (Expect.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null)
            return true;

        IEnumerable<JsonElement> elements = Expect.ValueKind == JsonValueKind.Array ? Expect.EnumerateArray() : [Expect];
        var read = elements.Take(MaxExpected + 1).Select(element =>
            element.ValueKind == JsonValueKind.Number && element.TryGetInt32(out var status) && status is >= 200 and <= 599 ? status : 0).ToList();
        statuses = read;
        return read.Count is >= 1 and <= MaxExpected && !read.Contains(0);
    }
}
