using System.Text;
using CloudController.Jobs.Storage;

namespace CloudController.Jobs.PostgreSql;

public sealed partial class PostgreSqlJobStore
{
    /// <inheritdoc/>
    public async Task<IReadOnlyList<DueCallback>> ClaimCallbacksAsync(
        int limit, TimeSpan lease, IReadOnlyCollection<string> except, IReadOnlyCollection<JobOwner> exceptOwners, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(except);
        ArgumentNullException.ThrowIfNull(exceptOwners);
        var trip = RoundTrip.Of(queries.ClaimCallbacks, parameters => parameters
            .Bind("limit", limit).Bind("lease", (long)lease.TotalMilliseconds).Bind("except", [.. except])
            .Bind("issuers", [.. exceptOwners.Select(owner => owner.Issuer)]).Bind("subjects", [.. exceptOwners.Select(owner => owner.Subject)])
            .Bind("now", Now));
        var found = await database.RunAsync(
            trip,
            async reader =>
            {
                var found = new List<(JobRow Row, int End, DateTimeOffset Until)>();
                while (await reader.ReadAsync(cancellationToken))
                {
                    found.Add((ReadWhole(reader), reader.GetInt32(JobRow.Columns + 2), reader.Instant(JobRow.Columns + 3)));
                }

                return found;
            },
            cancellationToken);
        await names.LoadAsync(found.ConvertAll(one => one.Row), cancellationToken);
        return found.ConvertAll(one => new DueCallback(names.Name(one.Row), one.End, one.Until));
    }

    /// <inheritdoc/>
    public async Task<bool> RecordCallbackAsync(CallbackRecord record, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(record);
        var (claimed, again) = (record.Callback, record.Again);
        var trip = RoundTrip.Of(queries.RecordCallback, parameters => parameters
            .Bind("guid", claimed.Job.Guid).Bind("end", claimed.End).Bind("claimed", claimed.ClaimedUntil.ToUnixTimeMilliseconds())
            .Bind("callbacks", Encoding.UTF8.GetString(JobJson.Callbacks(record.Callbacks)))
            .Bind("again", again is { } delay ? (long)delay.TotalMilliseconds : null).Bind("now", Now));
        if (!await database.RunAsync(trip, reader => reader.ReadAsync(cancellationToken), cancellationToken))
        {
            return false;
        }

        var changes = new Changes();
        changes.Changed(claimed.Job.Guid);
        Publish(changes);
        return true;
    }
}
