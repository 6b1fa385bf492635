using CloudController.Jobs.Storage;

namespace CloudController.Jobs.Sqlite.Tests;

/// <summary>What becomes of leases while no process has the store open: those of the process that had it are over, for it is gone; those that someone
/// elsewhere holds get the time to be extended.</summary>
public sealed class LeftLeaseTests : IDisposable
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Instant = TimeSpan.FromMilliseconds(1);

    private readonly StoreFolder folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(10)]
    [InlineData(3_600)]
    public async Task One_that_someone_holds_is_rescued_a_full_lease_after_the_store_was_opened_and_counts_against_nobody(int secondsAway)
    {
        await LeaveAsync(new JobOwner("", "worker"));
        folder.Clock.Advance(TimeSpan.FromSeconds(secondsAway));
        await using var store = await folder.OpenAsync();

        folder.Clock.Advance(Lease - Instant);
        Assert.Empty(await store.FindOverdueAsync(10, Cancellation));

        folder.Clock.Advance(Instant);
        var overdue = Assert.Single(await store.FindOverdueAsync(10, Cancellation));
        Assert.Equal((OverdueReason.LeaseExpired, false), (overdue.Reason, overdue.Counts));
    }

    [Fact]
    public async Task One_that_is_extended_in_time_is_an_ordinary_lease_again()
    {
        var run = await LeaveAsync(new JobOwner("", "worker"));
        folder.Clock.Advance(TimeSpan.FromHours(1));
        await using var store = await folder.OpenAsync();
        folder.Clock.Advance(Lease / 2);

        Assert.True((await store.HeartbeatAsync([new Heartbeat(run.Lease, run.Job.Guid, RunReport.None)], Lease, Cancellation))[0].Holds);
        folder.Clock.Advance(Lease - Instant);
        Assert.Empty(await store.FindOverdueAsync(10, Cancellation));

        folder.Clock.Advance(Instant);
        Assert.True(Assert.Single(await store.FindOverdueAsync(10, Cancellation)).Counts);
    }

    [Fact]
    public async Task One_of_the_process_itself_is_overdue_at_once()
    {
        await LeaveAsync(holder: null);
        await using var store = await folder.OpenAsync();

        Assert.Equal(OverdueReason.LeaseExpired, Assert.Single(await store.FindOverdueAsync(10, Cancellation)).Reason);
    }

    [Fact]
    public async Task A_store_of_the_schema_before_leases_had_holders_is_brought_up_to_date()
    {
        using (var sql = new StreamReader(typeof(SqliteJobStore).Assembly.GetManifestResourceStream("0001_jobs.sql")!))
        {
            File.WriteAllBytes(folder.Database, []);
            folder.Run(await sql.ReadToEndAsync(Cancellation) + "PRAGMA user_version = 1");
        }

        var run = await LeaveAsync(new JobOwner("", "worker"));

        Assert.Equal("worker", run.Holder?.Subject);
    }

    private async Task<ClaimedJob> LeaveAsync(JobOwner? holder)
    {
        await using var store = await folder.OpenAsync();
        await store.SubmitAsync([folder.Job()], 10, Cancellation);
        var claim = new ClaimRequest("w", ["app.delete"], null, 1, Lease) { Holder = holder };
        return Assert.Single((await store.SettleAndClaimAsync([], claim, Cancellation)).Claimed);
    }

    public void Dispose() => folder.Dispose();
}
