using CloudController.Jobs.Storage;

namespace CloudController.Jobs.PostgreSql;

/// <summary>Warnings and log lines of runs, as statements that come before the one that extends or ends their leases.</summary>
internal static class Reports
{
    /// <returns>Whether the first of the statements returns rows: the jobs that have a new warning.</returns>
    public static bool Add(RoundTrip trip, PostgreSqlQueries queries, IReadOnlyList<(LeaseId Lease, Guid Job, RunReport Report)> reports, long? now)
    {
        var warnings = reports.SelectMany(one => one.Report.Warnings.Select(warning => (one.Lease, one.Job, Text: warning))).ToArray();
        if (warnings.Length > 0)
        {
            trip.Add(queries.AddWarnings)
                .Bind("guids", Array.ConvertAll(warnings, warning => warning.Job))
                .Bind("runs", Array.ConvertAll(warnings, warning => warning.Lease.Run))
                .Bind("nonces", Array.ConvertAll(warnings, warning => warning.Lease.Nonce))
                .Bind("warnings", Array.ConvertAll(warnings, warning => StoredText.Utf8(warning.Text)))
                .Bind("now", now);
        }

        var logs = reports.Where(one => one.Report.Log is { Length: > 0 } || one.Report.LogLines is { Length: > 0 }).ToArray();
        if (logs.Length > 0)
        {
            trip.Add(queries.AppendLogs)
                .Bind("guids", Array.ConvertAll(logs, log => log.Job))
                .Bind("runs", Array.ConvertAll(logs, log => log.Lease.Run))
                .Bind("nonces", Array.ConvertAll(logs, log => log.Lease.Nonce))
                .Bind("logs", Array.ConvertAll(logs, log => RunLog.End(log.Report.Log)))
                .Bind("log_lines", Array.ConvertAll(logs, log => RunLog.End(log.Report.LogLines)));
        }

        return warnings.Length > 0;
    }
}
