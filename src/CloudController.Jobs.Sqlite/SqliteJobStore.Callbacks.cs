using CloudController.Jobs.Storage;

namespace CloudController.Jobs.Sqlite;

public sealed partial class SqliteJobStore
{
    /// <inheritdoc/>
    public async Task<IReadOnlyList<DueCallback>> ClaimCallbacksAsync(
        int limit, TimeSpan lease, IReadOnlyCollection<string> except, IReadOnlyCollection<JobOwner> exceptOwners, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(except);
        ArgumentNullException.ThrowIfNull(exceptOwners);
        var unwanted = new Unwanted(
            JsonList.Of(except),
            JsonList.Of([.. exceptOwners.Select(owner => owner.Issuer)]),
            JsonList.Of([.. exceptOwners.Select(owner => owner.Subject)]));

        // Mostly nothing is due, and the writer need not be asked.
        return readers.Read((unwanted, Now: time.GetUtcNow()), static (session, _, asked) => HasDueCallback(session, asked.unwanted, asked.Now))
            ? await Writer.RunAsync<IReadOnlyList<DueCallback>>(write => ClaimCallbacks(write, limit, lease, unwanted), limit, cancellationToken)
            : [];
    }

    /// <inheritdoc/>
    public Task<bool> RecordCallbackAsync(CallbackRecord record, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(record);
        return Writer.RunAsync(
            write =>
            {
                write.Statement(SqliteQueries.RecordCallback)
                    .BindText(JobJson.Callbacks(record.Callbacks)).Bind(record.Callback.ClaimedUntil).Bind(record.Callback.End)
                    .Bind(write.Now + record.Again).Bind(record.Callback.Job.Guid)
                    .Run();
                if (write.Session.Changes == 0)
                {
                    return false;
                }

                write.Changed(record.Callback.Job.Guid);
                return true;
            },
            rows: 1,
            cancellationToken);
    }

    private static bool HasDueCallback(SqliteSession session, Unwanted unwanted, DateTimeOffset now)
    {
        using var find = session.Statement(SqliteQueries.FindDueCallbacks);
        find.Bind(now).Bind(unwanted.Hosts).Bind(unwanted.Issuers).Bind(unwanted.Subjects).Bind(1);
        return find.Step();
    }

    private static List<DueCallback> ClaimCallbacks(WriteScope write, int limit, TimeSpan lease, Unwanted unwanted)
    {
        var until = write.Now + lease;
        var due = new List<DueCallback>();
        var ids = new List<long>();
        using (var row = write.Statement(SqliteQueries.FindDueCallbacks))
        {
            row.Bind(write.Now).Bind(unwanted.Hosts).Bind(unwanted.Issuers).Bind(unwanted.Subjects).Bind(limit);
            while (row.Step())
            {
                due.Add(new DueCallback(JobRow.ReadWhole(row, write.Names, write.Session), row.Int32(JobRow.CallbackEnd), until));
                ids.Add(row.Int64(JobRow.Id));
            }
        }

        write.Statement(SqliteQueries.LeaseCallbacks).Bind(until).Bind(JsonList.Of(ids)).Run();
        return due;
    }

    // Each a JSON list; owners in two, place by place.
    private sealed record Unwanted(string Hosts, string Issuers, string Subjects);
}
