using System.Text;

namespace CloudController.Jobs.PostgreSql;

/// <summary>A run's logs, of which the ends are kept, and its exception, of which the beginning is.</summary>
internal static class RunLog
{
    /// <summary>How much of either is kept, in bytes of UTF-8.</summary>
    public const int MostBytes = 65_536;

    /// <summary>What of a run's new lines could be kept.</summary>
    public static byte[]? End(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        var log = Encoding.UTF8.GetBytes(text);
        return log.Length <= MostBytes ? log : log[^MostBytes..];
    }

    /// <summary>A log as kept: it may have been cut in the middle of a character, whose last bytes are left out then.</summary>
    public static string Read(byte[] log)
    {
        var start = 0;
        while (log.Length == MostBytes && start < log.Length && (log[start] & 0xC0) == 0x80)
        {
            start++;
        }

        return Encoding.UTF8.GetString(log, start, log.Length - start);
    }

    /// <summary>The beginning of an exception's text.</summary>
    public static byte[]? Beginning(string? text)
    {
        if (text is null || text.Length <= MostBytes)
        {
            return StoredText.Utf8(text);
        }

        return StoredText.Utf8(text[..(char.IsHighSurrogate(text[MostBytes - 1]) ? MostBytes - 1 : MostBytes)]);
    }
}
