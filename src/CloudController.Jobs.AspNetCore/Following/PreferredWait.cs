using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace CloudController.Jobs.AspNetCore.Following;

/// <summary>Reads <c>Prefer: wait=N</c> (RFC 7240): a client that would rather wait for news.</summary>
internal static class PreferredWait
{
    public const string Header = "Prefer";
    private const int Longest = 60;

    /// <summary>How long the client would wait: 1 to 60 whole seconds. Anything else is as if it hadn't said so; of several the first
    /// counts.</summary>
    public static bool TryRead(IHeaderDictionary headers, out TimeSpan wait)
    {
        wait = default;
        foreach (var header in headers[Header])
        {
            foreach (var range in header.AsSpan().Split(','))
            {
                var preference = header.AsSpan(range);
                if (preference.IndexOf(';') is >= 0 and var parameters)
                    preference = preference[..parameters];

                var equals = preference.IndexOf('=');
                if (equals < 0 || !preference[..equals].Trim().Equals("wait", StringComparison.OrdinalIgnoreCase))
                    continue;

                var value = preference[(equals + 1)..].Trim();
                if (value is ['"', .. var quoted, '"'])
                    value = quoted;

                if (!int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) || seconds is < 1 or > Longest)
                    return false;

                wait = TimeSpan.FromSeconds(seconds);
                return true;
            }
        }

        return false;
    }
}
