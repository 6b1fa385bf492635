using System.Text;
using CloudController.Jobs.Storage;

namespace CloudController.Jobs.Sqlite;

/// <summary>A run's logs, of which the ends are kept.</summary>
internal static class RunLog
{
    /// <summary>How much of a log, and of an exception, is kept, in bytes of UTF-8.</summary>
    public const int MostBytes = 65_536;

    public static void Append(WriteScope write, LeaseId lease, RunReport report)
    {
        var run = KeptRun.Find(write, lease.Job);
        byte[] log, lines;
        using (var find = write.Statement(SqliteQueries.FindLog))
        {
            find.Bind(lease.Job).Bind(lease.Run);
            var found = find.Step();
            log = [.. found ? find.Bytes(0) : default, .. Encoding.UTF8.GetBytes(report.Log ?? "")];
            lines = [.. found ? find.Bytes(1) : default, .. Encoding.UTF8.GetBytes(report.LogLines ?? "")];
        }

        write.Statement(SqliteQueries.WriteLog)
            .Bind(lease.Job).Bind(lease.Run).Bind(run.Attempt).Bind(run.StartedAt).Bind(run.Worker).BindBlob(End(log)).BindBlob(End(lines))
            .Run();
    }

    /// <summary>The beginning of an exception's text.</summary>
    public static string? Cut(string? text)
    {
        if (text is null || text.Length <= MostBytes)
        {
            return text;
        }

        return text[..(char.IsHighSurrogate(text[MostBytes - 1]) ? MostBytes - 1 : MostBytes)];
    }

    // Not in the middle of a character: its continuation bytes are left out too.
    private static ReadOnlySpan<byte> End(ReadOnlySpan<byte> log)
    {
        if (log.Length <= MostBytes)
        {
            return log;
        }

        log = log[^MostBytes..];
        while (!log.IsEmpty && (log[0] & 0xC0) == 0x80)
        {
            log = log[1..];
        }

        return log;
    }
}
