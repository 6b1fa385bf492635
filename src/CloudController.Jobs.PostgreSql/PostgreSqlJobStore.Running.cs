using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using CloudController.Jobs.Storage;

namespace CloudController.Jobs.PostgreSql;

public sealed partial class PostgreSqlJobStore
{
    /// <inheritdoc/>
    public async Task<Exchange> SettleAndClaimAsync(IReadOnlyList<Settlement> ends, ClaimRequest? claim, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(ends);
        var settlements = new Settlements(ends);
        var trip = new RoundTrip { IsPrepared = !settlements.Remembers };
        settlements.AddTo(trip, queries, await HoldersAsync(settlements, cancellationToken), Now, NodeNow);
        var look = default(ClaimFloors.Look);
        var isClaim = claim is { Limit: > 0 };
        var isLimited = isClaim && limits.Any;
        var lane = isClaim && !isLimited ? names.OnlyLane(claim!.Operations, claim.Queues) : null;
        if (isClaim)
        {
            var holder = claim!.Holder is { } owner ? await names.MakeAsync(owner, cancellationToken) : (long?)null;
            look = floors.Begin();
            AddClaim(trip, claim, isLimited, lane, holder, look);
        }

        // As long as claims fill up, a new limit is known within the time of a look from the beginning; until then its queue is left alone.
        var looks = isClaim ? isLimited || lane is not null || look.Floors.Length == 0 : ends.Count > 0 && limits.IsOld;
        if (looks)
        {
            Bind(trip.Add(isLimited ? queries.FindLimits : queries.FindLeftOut), claim, look.Floors ?? []).Bind("lane", lane);
        }

        if (trip.Batch.BatchCommands.Count == 0)
        {
            return new Exchange([.. ends.Select(_ => SettleResult.LeaseLost)], [], More: false);
        }

        var read = new ExchangeReader(settlements, isClaim, isLimited, looks, cancellationToken);
        var (results, rows, leftOut) = settlements.Remembers
            ? await database.InTransactionAsync(transaction => ExchangeAsync(transaction, trip, settlements, read, cancellationToken), cancellationToken)
            : await database.RunAsync(trip, read.ReadAsync, cancellationToken);

        var isFull = isClaim && rows.Count == claim!.Limit;
        if (isClaim)
        {
            floors.End(look, rows, isFull);
        }

        if (leftOut is not null)
        {
            limits.Found(leftOut.Limits);
            names.Remember(leftOut.Lanes);
        }

        var changes = new Changes();
        settlements.Tell(results, changes);
        var starts = new Changes();
        rows.ForEach(row => starts.Changed(row.Job.Guid));
        Tell(starts, mayWait: true);
        Publish(changes);

        // Claimed is claimed: what follows must not be given up.
        await names.LoadAsync(rows, CancellationToken.None);
        var claimed = InOrder(rows.ConvertAll(row => (row.Id, Claimed(row))), claim?.Queues);
        TellFreed(settlements.Freed(results, limits), claimed);
        var exchange = new Exchange(results, claimed, More: isFull) { HeldFor = leftOut?.HeldFor };
        var isPart = look.Floors is { Length: > 0 } || (!isLimited && leftOut is { Limits.Count: > 0 } or { Lanes.Count: > 0 });
        return isClaim && !isFull && isPart ? await ClaimRestAsync(exchange, claim!) : exchange;
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<HeartbeatResult>> HeartbeatAsync(
        IReadOnlyList<Heartbeat> heartbeats, TimeSpan lease, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(heartbeats);
        var places = Enumerable.Range(0, heartbeats.Count).Where(place => heartbeats[place].Lease.Names(heartbeats[place].Job)).ToArray();
        var beats = Array.ConvertAll(places, place => heartbeats[place]);
        var results = new HeartbeatResult[heartbeats.Count];
        if (beats.Length == 0)
        {
            return results;
        }

        var trip = new RoundTrip { IsPrepared = true };
        var hasWarnings = Reports.Add(trip, queries, Array.ConvertAll(beats, beat => (beat.Lease, beat.Job, beat.Report)), Now);
        trip.Add(queries.Beat)
            .Bind("guids", Array.ConvertAll(beats, beat => beat.Job))
            .Bind("runs", Array.ConvertAll(beats, beat => beat.Lease.Run))
            .Bind("nonces", Array.ConvertAll(beats, beat => beat.Lease.Nonce))
            .Bind("places", places)
            .Bind("has_progress", Array.ConvertAll(beats, beat => beat.Report.Progress is not null))
            .Bind("percents", Array.ConvertAll(beats, beat => beat.Report.Progress?.Percent ?? 0))
            .Bind("messages", Array.ConvertAll(beats, beat => StoredText.Utf8(beat.Report.Progress?.Message)))
            .Bind("lease", (long)lease.TotalMilliseconds)
            .Bind("now", Now);
        var changes = await database.RunAsync(
            trip,
            async reader =>
            {
                var changes = new Changes();
                if (hasWarnings)
                {
                    while (await reader.ReadAsync(cancellationToken))
                    {
                        changes.Changed(reader.GetGuid(0));
                    }

                    await reader.NextResultAsync(cancellationToken);
                }

                while (await reader.ReadAsync(cancellationToken))
                {
                    var place = reader.GetInt32(0);
                    results[place] = new HeartbeatResult(Holds: true, reader.Instant(1), reader.GetBoolean(2));
                    if (heartbeats[place].Report.Progress is not null)
                    {
                        changes.Changed(heartbeats[place].Job);
                    }
                }

                return changes;
            },
            cancellationToken);
        Publish(changes);
        return results;
    }

    // Where a claim that began at floors, or left out lanes or limited queues that were new to it, did not fill up, what else there may be is looked for
    // at once.
    private async Task<Exchange> ClaimRestAsync(Exchange first, ClaimRequest claim)
    {
        try
        {
            var rest = await SettleAndClaimAsync([], claim with { Limit = claim.Limit - first.Claimed.Count }, CancellationToken.None);
            return new Exchange(first.Ends, [.. rest.Claimed, .. first.Claimed], rest.More) { HeldFor = rest.HeldFor };
        }
        catch (StoreUnavailableException)
        {
            return first with { More = true };
        }
    }

    // What ended in limited queues, and was not made up for by this claim, lets workers elsewhere take more.
    private void TellFreed(Dictionary<string, int> freed, ClaimedJob[] claimed)
    {
        foreach (var run in claimed)
        {
            if (freed.TryGetValue(run.Job.Queue, out var places))
            {
                freed[run.Job.Queue] = places - 1;
            }
        }

        if (freed.Values.Any(places => places > 0))
        {
            var changes = new Changes();
            changes.WorkAppeared();
            Tell(changes);
        }
    }

    private async Task<Dictionary<JobOwner, long>> HoldersAsync(Settlements settlements, CancellationToken cancellationToken)
    {
        var holders = new Dictionary<JobOwner, long>();
        foreach (var holder in settlements.Holders)
        {
            holders.Add(holder, await names.MakeAsync(holder, cancellationToken));
        }

        return holders;
    }

    // What a holder's action came to is what the action sent again is answered with: the job as it stands in the same transaction.
    private async Task<ExchangeReader.Answer> ExchangeAsync(
        PostgreSqlTransaction transaction, RoundTrip trip, Settlements settlements, ExchangeReader read, CancellationToken cancellationToken)
    {
        var exchange = await transaction.RunAsync(trip, read.ReadAsync, cancellationToken);
        var remembered = settlements.Remembered(exchange.Results);
        if (remembered.Length > 0)
        {
            var find = RoundTrip.Of(queries.FindMany, parameters => parameters.Bind("guids", Array.ConvertAll(remembered, end => end.Job)));
            var jobs = (await transaction.RunAsync(find, reader => ReadRowsAsync(reader, cancellationToken), cancellationToken))
                .ToDictionary(row => row.Job.Guid, row => Encoding.UTF8.GetString(JobMoment.Of(row.Job)));
            await transaction.RunAsync(
                RoundTrip.Of(queries.RememberJobs, parameters => parameters
                    .Bind("guids", Array.ConvertAll(remembered, end => end.Job))
                    .Bind("runs", Array.ConvertAll(remembered, end => end.Lease.Run))
                    .Bind("jobs_after", Array.ConvertAll(remembered, end => (string?)jobs[end.Job]))),
                cancellationToken);
        }

        return exchange;
    }

    private void AddClaim(RoundTrip trip, ClaimRequest claim, bool isLimited, long? lane, long? holder, ClaimFloors.Look look)
    {
        if (isLimited)
        {
            Bind(trip.Add(queries.LockLimited), claim, look.Floors);
        }

        Span<byte> random = stackalloc byte[sizeof(long)];
        RandomNumberGenerator.Fill(random);
        var parameters = trip.Add(isLimited ? queries.ClaimLimited : lane is null ? queries.Claim : queries.ClaimLane);
        Bind(parameters, claim, look.Floors)
            .Bind("limit", claim.Limit)
            .Bind("lease", (long)claim.Lease.TotalMilliseconds)
            .Bind("nonce", BinaryPrimitives.ReadInt64LittleEndian(random))
            .Bind("worker", claim.Worker)
            .Bind("holder", holder);
        if (lane is { } only)
        {
            var (priority, runAt) = look.From(only);
            parameters.Bind("lane", only).Bind("least_priority", (int)priority).Bind("least_run_at", runAt);
        }
    }

    // Which lanes are looked at, and from where on.
    private StatementParameters Bind(
        StatementParameters parameters, ClaimRequest? claim, KeyValuePair<long, ClaimFloors.Position>[] floors) => parameters
        .Bind("operations", [.. claim?.Operations ?? []])
        .Bind("queues", claim?.Queues is null ? null : (string?[])[.. claim.Queues])
        .Bind("floor_lanes", Array.ConvertAll(floors, floor => floor.Key))
        .Bind("floor_priorities", Array.ConvertAll(floors, floor => floor.Value.Priority))
        .Bind("floor_run_ats", Array.ConvertAll(floors, floor => floor.Value.RunAt))
        .Bind("now", Now);

    private ClaimedJob Claimed(JobRow row)
    {
        var nonce = row.Nonce ?? throw new InvalidDataException("A running job has no lease.");
        return new ClaimedJob(Fence.Lease(row.Job.Guid, row.Job.Lifecycle.Run, nonce), names.Name(row))
        {
            Holder = names.Holder(row),
            Worker = row.Worker,
        };
    }

    private static ClaimedJob[] InOrder(List<(long Id, ClaimedJob Claimed)> rows, IReadOnlyList<string>? queues)
    {
        var places = queues?.Distinct(StringComparer.Ordinal).Select((queue, place) => (queue, place)).ToDictionary(StringComparer.Ordinal);
        rows.Sort((left, right) =>
        {
            var (one, other) = (left.Claimed.Job, right.Claimed.Job);
            var order = places is null ? 0 : places.GetValueOrDefault(one.Queue).CompareTo(places.GetValueOrDefault(other.Queue));
            order = order != 0 ? order : one.Priority.CompareTo(other.Priority);
            order = order != 0 ? order : one.Lifecycle.RunAt.CompareTo(other.Lifecycle.RunAt);
            return order != 0 ? order : left.Id.CompareTo(right.Id);
        });
        return [.. rows.Select(row => row.Claimed)];
    }
}
