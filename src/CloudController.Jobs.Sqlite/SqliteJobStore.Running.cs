using CloudController.Jobs.Storage;

namespace CloudController.Jobs.Sqlite;

public sealed partial class SqliteJobStore
{
    /// <inheritdoc/>
    public Task<Exchange> SettleAndClaimAsync(IReadOnlyList<Settlement> ends, ClaimRequest? claim, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(ends);
        return Writer.RunAsync(write => Exchange(write, ends, claim), ends.Count + (claim?.Limit ?? 0), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<HeartbeatResult>> HeartbeatAsync(
        IReadOnlyList<Heartbeat> heartbeats, TimeSpan lease, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(heartbeats);
        longestLease.Saw(lease);
        return Writer.RunAsync<IReadOnlyList<HeartbeatResult>>(
            write =>
            {
                var results = new HeartbeatResult[heartbeats.Count];
                for (var index = 0; index < results.Length; index++)
                {
                    results[index] = Beat(write, heartbeats[index], lease);
                }

                return results;
            },
            heartbeats.Count,
            cancellationToken);
    }

    private Exchange Exchange(WriteScope write, IReadOnlyList<Settlement> ends, ClaimRequest? claim)
    {
        var results = ends.Count == 0 ? [] : new SettleResult[ends.Count];
        var finished = new FinishedRuns();
        for (var index = 0; index < results.Length; index++)
        {
            results[index] = Settle(write, ends[index], finished);
        }

        finished.Write(write);
        var rules = SqliteQueueRules.Read(write.Session);
        if (rules.FreesPlace(ends, results))
        {
            write.WorkAppeared();
        }

        if (claim is not { Limit: > 0 })
        {
            return new Exchange(results, [], More: false);
        }

        longestLease.Saw(claim.Lease);
        var claimed = SqliteClaim.Take(write, claim, rules);
        return new Exchange(results, claimed, More: claimed.Count == claim.Limit) { HeldFor = rules.KeepStarts(write) };
    }

    private static SettleResult Settle(WriteScope write, Settlement end, FinishedRuns finished)
    {
        if (finished.Contains(end.Lease.Job) || FindLeased(write, end.Lease) is not { } run || (end.OnlyIfExpired && run.LeaseExpiresAt > write.Now))
        {
            return SettleResult.LeaseLost;
        }

        var cancelled = run.CancelRequested && end.End is not RunEnd.Finished;
        var next = cancelled ? end.NextIfCancelled : end.Next;
        // First what the run leaves: it is taken from the job's row as long as that still tells of it.
        if (!end.Report.IsEmpty)
        {
            Keep(write, end.Lease, end.Report);
        }

        if (end.End is not RunEnd.Finished || end.Exception is not null || end.Holder is not null)
        {
            EndRun(write, end, next, cancelled);
        }

        if (end.End is RunEnd.Finished && end.Result.IsEmpty && end.Holder is null)
        {
            finished.Add(end.Lease.Job, next.FinishedAt ?? write.Now);
        }
        else
        {
            Write(write, end, next, run.Bodies);
        }

        if (end.Holder is { } holder)
        {
            Remember(write, end, holder);
        }

        if (next.Phase.IsTerminal())
        {
            write.OpenJobs.Add(run.Owner, -1);
        }

        write.Changed(end.Job, next.Phase, next.RunAt);
        return cancelled ? SettleResult.Cancelled : SettleResult.Written;
    }

    private static void Write(WriteScope write, Settlement end, JobLifecycle next, long bodies)
    {
        var result = end.Result.Span;
        var apart = result.Length > JobRow.LongestInline;
        if (apart)
        {
            write.Statement(SqliteQueries.InsertPayload).Bind(end.Lease.Job).Bind(JobRow.ResultBody).BindBlob(result).Run();
        }

        write.Statement(SqliteQueries.Settle)
            .Bind((long)next.Phase).Bind(next.RunAt).Bind(next.Attempt).Bind(next.AttemptsSpent).Bind(next.LostRuns).Bind(next.Polled)
            .Bind((long)next.Used.TotalMilliseconds).Bind(next.FinishedAt).BindText(JobJson.Errors(next.Errors)).Bind(write.Now)
            .Bind(apart ? bodies | JobRow.ResultBody : bodies).BindBlob(apart ? default : result).Bind(end.Lease.Job)
            .Run();
    }

    private static void EndRun(WriteScope write, Settlement end, JobLifecycle next, bool cancelled)
    {
        var run = KeptRun.Find(write, end.Lease.Job);
        var errors = end.End is RunEnd.Failed failed && !cancelled ? failed.Errors : next.Errors;
        var outcome = cancelled ? new RunEnd.Cancelled().OutcomeName : end.End.OutcomeName;
        write.Statement(SqliteQueries.EndRun)
            .Bind(end.Lease.Job).Bind(end.Lease.Run).Bind(run.Attempt).Bind(run.StartedAt).Bind(next.FinishedAt ?? write.Now).Bind(outcome)
            .BindText(JobJson.Errors(errors)).Bind(run.Worker).Bind(RunLog.Cut(end.Exception))
            .Bind(cancelled ? null : end.Failure)
            .Run();
    }

    private static HeartbeatResult Beat(WriteScope write, Heartbeat beat, TimeSpan lease)
    {
        if (FindLeased(write, beat.Lease) is not { } run)
        {
            return default;
        }

        var expiresAt = write.Now + lease;
        write.Statement(SqliteQueries.ExtendLease).Bind(expiresAt).Bind(beat.Lease.Job).Run();
        if (!beat.Report.IsEmpty && Keep(write, beat.Lease, beat.Report))
        {
            write.Changed(beat.Job);
        }

        return new HeartbeatResult(Holds: true, expiresAt, run.CancelRequested);
    }

    /// <returns>Whether those who follow the job have something new to see.</returns>
    private static bool Keep(WriteScope write, LeaseId lease, RunReport report)
    {
        if (report.Log is { Length: > 0 } || report.LogLines is { Length: > 0 })
        {
            RunLog.Append(write, lease, report);
        }

        var warnings = report.Warnings.Count == 0 ? null : WithWarnings(write, lease.Job, report.Warnings);
        if (report.Progress is null && warnings is null)
        {
            return false;
        }

        write.Statement(SqliteQueries.Report)
            .Bind(write.Now).Bind(report.Progress is not null).Bind(report.Progress?.Percent).Bind(report.Progress?.Message)
            .BindText(warnings is null ? [] : JobJson.Texts(warnings)).Bind(lease.Job)
            .Run();
        return true;
    }

    /// <returns>The job's warnings with the new ones; <see langword="null"/>: there is no new one.</returns>
    private static List<string>? WithWarnings(WriteScope write, long job, IReadOnlyList<string> reported)
    {
        const int Most = 100;
        using var find = write.Statement(SqliteQueries.FindWarnings);
        find.Bind(job);
        List<string> warnings = find.Step() ? [.. JobJson.Texts(find.Bytes(0))] : [];
        var before = warnings.Count;
        var seen = new HashSet<string>(warnings, StringComparer.Ordinal);
        foreach (var warning in reported)
        {
            if (warnings.Count < Most && seen.Add(warning))
            {
                warnings.Add(warning);
            }
        }

        return warnings.Count == before ? null : warnings;
    }

    private static LeasedRun? FindLeased(WriteScope write, LeaseId lease)
    {
        using var find = write.Statement(SqliteQueries.FindLeased);
        find.Bind(lease.Job).Bind(lease.Run).Bind(lease.Nonce);
        return find.Step() ? new LeasedRun(find.Int64(0), !find.IsNull(1), find.Instant(2), find.Int64(3)) : null;
    }

    /// <summary>What settling needs to know of a run whose lease holds.</summary>
    private readonly record struct LeasedRun(long Owner, bool CancelRequested, DateTimeOffset LeaseExpiresAt, long Bodies);
}
