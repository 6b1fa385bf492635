using CloudController.Jobs.Storage;

namespace CloudController.Jobs.PostgreSql;

public sealed partial class PostgreSqlJobStore
{
    /// <inheritdoc/>
    public Task AddActivityAsync(IReadOnlyList<ActivityMinute> minutes, CancellationToken cancellationToken)
    {
        // In one order on all nodes, so that two that write at once wait for each other and not in a circle.
        var trip = new RoundTrip();
        foreach (var minute in minutes.OrderBy(minute => minute.Minute))
        {
            trip.Add(queries.AddActivity)
                .Bind("minute", minute.Minute.ToUnixTimeMilliseconds())
                .Bind("finished", minute.Finished)
                .Bind("failed", minute.Failed)
                .Bind("picked_up", minute.PickedUp)
                .Bind("pickup_ms", (long)minute.PickupDelay.TotalMilliseconds)
                .Bind("longest_pickup_ms", (long)minute.LongestPickupDelay.TotalMilliseconds);
        }

        var latest = minutes.Max(minute => minute.Minute);
        trip.Add(queries.PruneActivity).Bind("before", (latest - ActivityMinute.KeptFor).ToUnixTimeMilliseconds());
        return database.RunAsync(trip, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<ActivityMinute>> ListActivityAsync(DateTimeOffset since, CancellationToken cancellationToken) =>
        database.RunAsync<IReadOnlyList<ActivityMinute>>(
            RoundTrip.Of(queries.ListActivity, parameters => parameters.Bind("since", since.ToUnixTimeMilliseconds())),
            async reader =>
            {
                var minutes = new List<ActivityMinute>();
                while (await reader.ReadAsync(cancellationToken))
                {
                    minutes.Add(new ActivityMinute(
                        reader.Instant(0),
                        reader.GetInt64(1),
                        reader.GetInt64(2),
                        reader.GetInt64(3),
                        TimeSpan.FromMilliseconds(reader.GetInt64(4)),
                        TimeSpan.FromMilliseconds(reader.GetInt64(5))));
                }

                return minutes;
            },
            cancellationToken);
}
