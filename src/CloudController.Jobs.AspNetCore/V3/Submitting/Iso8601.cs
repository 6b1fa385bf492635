namespace CloudController.Jobs.AspNetCore.V3.Submitting;

/// <summary>Reads instants of bodies: <c>YYYY-MM-DDThh:mm:ss</c>, a fraction of 1 to 9 digits or none, then <c>Z</c> or <c>±hh:mm</c>.</summary>
internal static class Iso8601
{
    /// <summary>Length of the part before the fraction.</summary>
    private const int Seconds = 19;

    /// <param name="text">ASCII.</param>
    /// <param name="instant">UTC, cut to the millisecond.</param>
    /// <returns>Whether it is an instant from 1970 to 9999.</returns>
    public static bool TryParse(ReadOnlySpan<byte> text, out DateTimeOffset instant)
    {
        instant = default;
        if (text.Length <= Seconds || text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' || text[16] != ':')
            return false;

        var (year, month, day) = (Digits(text[..4]), Digits(text[5..7]), Digits(text[8..10]));
        var (hour, minute, second) = (Digits(text[11..13]), Digits(text[14..16]), Digits(text[17..Seconds]));
        if (year is < 1970 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month))
            return false;

        if (hour is < 0 or > 23 || minute is < 0 or > 59 || second is < 0 or > 59)
            return false;

        if (!TryFraction(text[Seconds..], out var milliseconds, out var rest) || !TryOffset(rest, out var offset))
            return false;

        var ticks = new DateTime(year, month, day, hour, minute, second, milliseconds, DateTimeKind.Utc).Ticks - offset.Ticks;
        if (ticks < DateTime.UnixEpoch.Ticks || ticks > DateTime.MaxValue.Ticks)
            return false;

        instant = new DateTimeOffset(ticks, TimeSpan.Zero);
        return true;
    }

    private static bool TryFraction(ReadOnlySpan<byte> text, out int milliseconds, out ReadOnlySpan<byte> rest)
    {
        milliseconds = 0;
        rest = text;
        if (text[0] != '.')
            return true;

        var end = text[1..].IndexOfAnyExceptInRange((byte)'0', (byte)'9') + 1;
        if (end is < 2 or > 10)
            return false;

        for (var place = 1; place <= 3; place++)
            milliseconds = (milliseconds * 10) + (place < end ? text[place] - '0' : 0);

        rest = text[end..];
        return true;
    }

    private static bool TryOffset(ReadOnlySpan<byte> text, out TimeSpan offset)
    {
        offset = TimeSpan.Zero;
        if (text.SequenceEqual("Z"u8))
            return true;

        if (text.Length != 6 || text[0] is not ((byte)'+' or (byte)'-') || text[3] != ':')
            return false;

        var (hours, minutes) = (Digits(text[1..3]), Digits(text[4..]));
        if (hours is < 0 or > 23 || minutes is < 0 or > 59)
            return false;

        offset = new TimeSpan(hours, minutes, 0) * (text[0] == '-' ? -1 : 1);
        return true;
    }

    private static int Digits(ReadOnlySpan<byte> text)
    {
        var value = 0;
        foreach (var digit in text)
        {
            if (digit is < (byte)'0' or > (byte)'9')
                return -1;

            value = (value * 10) + (digit - '0');
        }

        return value;
    }
}
