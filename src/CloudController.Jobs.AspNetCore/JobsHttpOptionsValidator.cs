using System.Net;
using Microsoft.Extensions.Options;

namespace CloudController.Jobs.AspNetCore;

internal sealed class JobsHttpOptionsValidator : IValidateOptions<JobsHttpOptions>
{
    public ValidateOptionsResult Validate(string? name, JobsHttpOptions options)
    {
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(options.TimeZone, out _))
            return Fail($"TimeZone is '{options.TimeZone}'; {AllowedZones}");

        if (options.ExternalUrl is { } url && !IsBase(url))
            return Fail($"ExternalUrl is '{url}'; it can be an http or https url without query, such as https://api.example.org.");

        return options.TrustedProxies.FirstOrDefault(proxy => !IPAddress.TryParse(proxy, out _) && !IPNetwork.TryParse(proxy, out _)) is { } bad
            ? Fail($"TrustedProxies has '{bad}'; it can have addresses and networks, such as 192.0.2.1 or 10.0.0.0/8.")
            : ValidateOptionsResult.Success;
    }

    // A slim machine may have no zones at all.
    private static string AllowedZones => TimeZoneInfo.TryFindSystemTimeZoneById("Europe/London", out _)
        ? "it can be UTC or a zone that this system knows, such as America/Los_Angeles."
        : "it can only be UTC: this system has no time zone data (tzdata).";

    private static ValidateOptionsResult Fail(string sentence) => ValidateOptionsResult.Fail(sentence);

    private static bool IsBase(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url)
        && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps)
        && url is { Query: "", Fragment: "", UserInfo: "" };
}
