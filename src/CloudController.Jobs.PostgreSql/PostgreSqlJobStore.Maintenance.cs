using CloudController.Jobs.Errors;
using CloudController.Jobs.Storage;
using Npgsql;

namespace CloudController.Jobs.PostgreSql;

public sealed partial class PostgreSqlJobStore
{
    /// <inheritdoc/>
    public async Task<DueResult> PromoteDueAsync(int limit, CancellationToken cancellationToken)
    {
        // At rest this alone is asked.
        if (await FindNextDueAsync(cancellationToken) is var first && (first is null || first > NodeNow))
        {
            return new DueResult(0, Instant(first));
        }

        var trip = new RoundTrip();
        trip.Add(queries.ExpireUnstarted)
            .Bind("limit", limit).Bind("errors", StoredText.Errors([WellKnownErrors.JobExpired(errors)])).Bind("now", Now);
        trip.Add(queries.PromoteDue).Bind("limit", limit).Bind("now", Now);
        trip.Add(queries.NextDue).Bind("now", Now);
        var (expired, due, next) = await database.RunAsync(
            trip,
            async reader =>
            {
                var expired = await ReadGuidsAsync(reader, cancellationToken);
                await reader.NextResultAsync(cancellationToken);
                var due = await ReadGuidsAsync(reader, cancellationToken);
                await reader.NextResultAsync(cancellationToken);
                return (expired, due, await ReadNextDueAsync(reader, cancellationToken));
            },
            cancellationToken);

        var changes = new Changes();
        expired.ForEach(changes.Changed);
        due.ForEach(changes.Changed);
        if (due.Count > 0)
        {
            changes.WorkAppeared();
        }

        Publish(changes);
        return new DueResult(expired.Count + due.Count, Instant(next));
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<OverdueRun>> FindOverdueAsync(int limit, CancellationToken cancellationToken)
    {
        await TellOutageAsync(cancellationToken);
        var trip = RoundTrip.Of(queries.FindOverdue, parameters => parameters
            .Bind("limit", limit).Bind("grace", (long)JobLifecycle.CancelGrace.TotalMilliseconds).Bind("now", Now));
        var found = await database.RunAsync(
            trip,
            async reader =>
            {
                var found = new List<(JobRow Row, bool Counts, OverdueReason Reason)>();
                while (await reader.ReadAsync(cancellationToken))
                {
                    found.Add((ReadWithArguments(reader), reader.GetBoolean(JobRow.Columns + 1), (OverdueReason)reader.GetInt32(JobRow.Columns + 2)));
                }

                return found;
            },
            cancellationToken);
        await names.LoadAsync(found.ConvertAll(one => one.Row), cancellationToken);
        return found.ConvertAll(one => new OverdueRun(Claimed(one.Row), one.Reason, one.Counts));
    }

    /// <inheritdoc/>
    public async Task<int> PruneAsync(Retention retention, int limit, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(retention);
        var failed = (long)retention.Failed.TotalMilliseconds;
        var trip = new RoundTrip();
        trip.Add(queries.Prune)
            .Bind("phases", (short[])[(short)JobPhase.Finished, (short)JobPhase.Failed, (short)JobPhase.Cancelled, (short)JobPhase.Expired])
            .Bind("retentions", (long[])[(long)retention.Finished.TotalMilliseconds, failed, failed, failed])
            .Bind("limit", limit).Bind("now", Now);
        var pruned = await database.RunAsync(trip, reader => ReadGuidsAsync(reader, cancellationToken), cancellationToken);
        var changes = new Changes();
        pruned.ForEach(changes.Changed);
        Publish(changes);
        return pruned.Count;
    }

    private Task<long?> FindNextDueAsync(CancellationToken cancellationToken) => database.RunAsync(
        RoundTrip.Of(queries.NextDue, parameters => parameters.Bind("now", Now)),
        reader => ReadNextDueAsync(reader, cancellationToken),
        cancellationToken);

    // By this node's clock, which its promoter sleeps by.
    private async Task<long?> ReadNextDueAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        await reader.ReadAsync(cancellationToken);
        return reader.NullableInt64(0) - reader.GetInt64(1) + NodeNow;
    }

    private static DateTimeOffset? Instant(long? at) => at is { } known ? DateTimeOffset.FromUnixTimeMilliseconds(known) : null;

    // Before anything is called overdue: what could not be extended must not be taken back, by whatever node.
    private async Task TellOutageAsync(CancellationToken cancellationToken)
    {
        if (outage.ToTell() is not { } told)
        {
            return;
        }

        var trip = RoundTrip.Of(queries.TellOutage, parameters => parameters
            .Bind("lost", (long)told.Lost.TotalMilliseconds).Bind("back", (long)told.Back.TotalMilliseconds).Bind("now", Now));
        await database.RunAsync(trip, cancellationToken);
        outage.Told();
    }
}
