using CloudController.Jobs.Storage;

namespace CloudController.Jobs.Sqlite;

/// <summary>What is kept of a queue, or an operation, itself.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Pause">Its pause, if it is paused.</param>
/// <param name="Limits">Its limits; <see langword="null"/>: an operation has none.</param>
internal sealed record Known(string Name, QueuePause? Pause, QueueLimits? Limits)
{
    /// <summary>A queue of which nothing is kept.</summary>
    public static Known Queue(string name) => new(name, null, QueueLimits.None);

    /// <summary>An operation of which nothing is kept.</summary>
    public static Known Operation(string name) => new(name, null, null);

    /// <summary>Reads a row of <see cref="SqliteQueries.AllQueues"/>.</summary>
    public static Known ReadQueue(SqliteStatement row) => ReadOperation(row) with
    {
        Limits = new QueueLimits(row.IsNull(4) ? null : row.Int32(4), row.IsNull(5) ? null : new QueueRate(row.Int32(5), row.Int32(6)))
        {
            ChangedAt = row.NullableInstant(7),
            ChangedBy = row.NullableText(8),
        },
    };

    /// <summary>Reads a row of <see cref="SqliteQueries.AllOperations"/>.</summary>
    public static Known ReadOperation(SqliteStatement row) => new(
        row.Text(0), row.NullableInstant(1) is { } since ? new QueuePause(since, row.Text(2), row.NullableText(3)) : null, null);
}
