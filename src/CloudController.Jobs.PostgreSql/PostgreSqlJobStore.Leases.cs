using System.Collections.Concurrent;
using System.Text;
using CloudController.Jobs.Storage;
using Npgsql;

namespace CloudController.Jobs.PostgreSql;

public sealed partial class PostgreSqlJobStore
{
    private const int MostWorkers = 10_000;
    private static readonly TimeSpan SignEvery = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<(string Name, JobOwner? Holder), (long At, WorkerServes? Serves)> signs = new();

    /// <inheritdoc/>
    public async Task<IReadOnlyList<LeaseStanding?>> FindLeasesAsync(IReadOnlyList<LeaseKey> leases, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(leases);
        var places = Enumerable.Range(0, leases.Count).Where(place => leases[place].Lease.Names(leases[place].Job)).ToArray();
        var trip = new RoundTrip();
        trip.Add(queries.FindMany).Bind("guids", Array.ConvertAll(places, place => leases[place].Job));
        trip.Add(queries.FindEndedLeases)
            .Bind("guids", Array.ConvertAll(places, place => leases[place].Job))
            .Bind("runs", Array.ConvertAll(places, place => leases[place].Lease.Run))
            .Bind("nonces", Array.ConvertAll(places, place => leases[place].Lease.Nonce))
            .Bind("places", places);
        var (rows, ended) = await database.RunAsync(
            trip,
            async reader =>
            {
                var rows = (await ReadRowsAsync(reader, cancellationToken)).ToDictionary(row => row.Job.Guid);
                await reader.NextResultAsync(cancellationToken);
                var ended = new Dictionary<int, EndedLease>();
                while (await reader.ReadAsync(cancellationToken))
                {
                    ended[reader.GetInt32(0)] = ReadEnded(reader);
                }

                return (rows, ended);
            },
            cancellationToken);
        await names.LoadAsync([.. rows.Values], cancellationToken);

        var standings = new LeaseStanding?[leases.Count];
        foreach (var place in places)
        {
            if (rows.TryGetValue(leases[place].Job, out var row))
            {
                standings[place] = Standing(leases[place].Lease, row, ended.GetValueOrDefault(place));
            }
        }

        return standings;
    }

    /// <inheritdoc/>
    /// <remarks>A worker's repeated signs are written once a second.</remarks>
    public async Task SawWorkerAsync(WorkerSeen worker, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(worker);
        var key = (worker.Name, worker.Holder);
        var isKnown = signs.TryGetValue(key, out var last) && (worker.Serves is null || worker.Serves == last.Serves);
        if (isKnown && time.GetElapsedTime(last.At) < SignEvery)
        {
            return;
        }

        long holder = worker.Holder is { } owner ? await names.MakeAsync(owner, cancellationToken) : 0;
        var trip = RoundTrip.Of(queries.SawWorker, parameters => parameters
            .Bind("name", worker.Name)
            .Bind("holder", holder)
            .Bind("queues", worker.Serves?.Queues is { } served ? (string?[])[.. served] : null)
            .Bind("operations", worker.Serves is { } serves ? (string?[])[.. serves.Operations] : null)
            .Bind("version", worker.Serves?.Version)
            .Bind("live_for", (long)worker.LiveFor.TotalMilliseconds)
            .Bind("now", Now));
        await database.RunAsync(trip, cancellationToken);
        if (signs.Count >= MostWorkers)
        {
            signs.Clear();
        }

        signs[key] = (time.GetTimestamp(), worker.Serves ?? last.Serves);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<WorkerStatus>> ListWorkersAsync(CancellationToken cancellationToken) => database.RunAsync<IReadOnlyList<WorkerStatus>>(
        RoundTrip.Of(queries.ListWorkers, parameters => parameters.Bind("now", Now)),
        async reader =>
        {
            var workers = new List<WorkerStatus>();
            while (await reader.ReadAsync(cancellationToken))
            {
                workers.Add(ReadWorker(reader));
            }

            return workers;
        },
        cancellationToken);

    private LeaseStanding? Standing(LeaseId lease, JobRow row, EndedLease? ended)
    {
        if (row.Job.Lifecycle.Phase == JobPhase.Running && row.Job.Lifecycle.Run == lease.Run && row.Nonce == lease.Nonce)
        {
            var claimed = Claimed(row);
            return claimed.Holder is { } holder ? new LeaseStanding.Active(holder, claimed) : null;
        }

        if (ended is not { Action: { } action, JobAfter: { } moment })
        {
            return ended is null ? null : new LeaseStanding.Lost(ended.Holder);
        }

        return new LeaseStanding.Ended(ended.Holder, action, JobMoment.Restore(names.Name(row), Encoding.UTF8.GetBytes(moment)));
    }

    private static EndedLease ReadEnded(NpgsqlDataReader row) => new(
        new JobOwner(row.GetString(4), row.GetString(5)), row.IsDBNull(2) ? null : row.Bytes(2), row.NullableText(3));

    private static WorkerStatus ReadWorker(NpgsqlDataReader row)
    {
        JobOwner? holder = row.IsDBNull(1) ? null : new JobOwner(row.GetString(1), row.GetString(2));
        var queues = row.IsDBNull(3) ? null : row.GetFieldValue<string[]>(3);
        var serves = new WorkerServes(queues, row.GetFieldValue<string[]>(4), row.NullableText(5));
        return new WorkerStatus(row.GetString(0), holder, serves, (int)row.GetInt64(7), row.Instant(6));
    }

    private sealed record EndedLease(JobOwner Holder, byte[]? Action, string? JobAfter);
}
