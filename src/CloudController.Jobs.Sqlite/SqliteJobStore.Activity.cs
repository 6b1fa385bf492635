using CloudController.Jobs.Storage;

namespace CloudController.Jobs.Sqlite;

public sealed partial class SqliteJobStore
{
    /// <inheritdoc/>
    public Task AddActivityAsync(IReadOnlyList<ActivityMinute> minutes, CancellationToken cancellationToken) => Writer.RunAsync(
        write =>
        {
            foreach (var minute in minutes)
            {
                write.Statement(SqliteQueries.AddActivity)
                    .Bind(minute.Minute)
                    .Bind(minute.Finished)
                    .Bind(minute.Failed)
                    .Bind(minute.PickedUp)
                    .Bind((long)minute.PickupDelay.TotalMilliseconds)
                    .Bind((long)minute.LongestPickupDelay.TotalMilliseconds)
                    .Run();
            }

            write.Statement(SqliteQueries.PruneActivity).Bind(minutes.Max(minute => minute.Minute) - ActivityMinute.KeptFor).Run();
            return true;
        },
        rows: minutes.Count,
        cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<ActivityMinute>> ListActivityAsync(DateTimeOffset since, CancellationToken cancellationToken) =>
        readers.ReadAsync<IReadOnlyList<ActivityMinute>>(
            (session, _) =>
            {
                var minutes = new List<ActivityMinute>();
                using var row = session.Statement(SqliteQueries.ListActivity);
                row.Bind(since);
                while (row.Step())
                {
                    minutes.Add(new ActivityMinute(
                        row.Instant(0), row.Int64(1), row.Int64(2), row.Int64(3), TimeSpan.FromMilliseconds(row.Int64(4)), TimeSpan.FromMilliseconds(row.Int64(5))));
                }

                return minutes;
            },
            cancellationToken);
}
