using System.Globalization;
using Microsoft.Extensions.Options;

namespace CloudController.Jobs.AspNetCore.V2;

/// <summary>Prints instants as v2 has them: seconds, no fractions, then <c>Z</c> in UTC or the offset of the zone.</summary>
internal sealed class V2Timestamp(IOptions<JobsHttpOptions> options)
{
    public const int MaxLength = 25;

    private readonly TimeZoneInfo? zone =
        options.Value.TimeZone.ToUpperInvariant() is "UTC" or "ETC/UTC" ? null : TimeZoneInfo.FindSystemTimeZoneById(options.Value.TimeZone);

    /// <summary>Writes an instant as ASCII.</summary>
    /// <param name="instant">What to write.</param>
    /// <param name="text">At least <see cref="MaxLength"/> bytes.</param>
    /// <returns>How many bytes it takes.</returns>
    public int Write(DateTimeOffset instant, Span<byte> text)
    {
        if (zone is null)
        {
            instant.UtcDateTime.TryFormat(text, out var length, "s", CultureInfo.InvariantCulture);
            text[length] = (byte)'Z';
            return length + 1;
        }

        TimeZoneInfo.ConvertTime(instant, zone).TryFormat(text, out var written, "yyyy-MM-ddTHH:mm:sszzz", CultureInfo.InvariantCulture);
        return written;
    }
}
