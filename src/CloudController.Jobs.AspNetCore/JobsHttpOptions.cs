namespace CloudController.Jobs.AspNetCore;

/// <summary>How the HTTP side shows itself: keys at the configuration's root.</summary>
public sealed class JobsHttpOptions
{
    /// <summary>Zone in which v2 prints <c>created_at</c>: an IANA name such as <c>America/Los_Angeles</c>, by default <c>UTC</c>, which prints
    /// <c>Z</c>; any other prints its offset.</summary>
    public string TimeZone { get; set; } = "UTC";

    /// <summary>Base of absolute links: an http or https url without query; by default each request's own scheme and host.</summary>
    public string? ExternalUrl { get; set; }

    /// <summary>Addresses or networks (<c>10.0.0.0/8</c>) whose <c>X-Forwarded-For</c>, <c>-Proto</c> and <c>-Host</c> count; by
    /// default none.</summary>
    public IList<string> TrustedProxies { get; } = [];
}
