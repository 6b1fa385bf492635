using CloudController.Jobs.Storage;

namespace CloudController.Jobs.Sqlite.Tests;

public sealed class FaultTests : IDisposable
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);
    private readonly StoreFolder folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_full_disk_refuses_jobs_loses_none_and_heals_by_itself()
    {
        await using var store = await folder.OpenAsync();
        await LimitAsync(store, pages: 100);

        var accepted = new List<Guid>();
        await Assert.ThrowsAsync<StoreUnavailableException>(async () =>
        {
            while (true)
            {
                var job = folder.Job() with { Arguments = new byte[3_000] };
                await store.SubmitAsync([job], int.MaxValue, Cancellation);
                accepted.Add(job.Guid);
            }
        });
        Assert.NotEmpty(accepted);
        Assert.Equal(accepted, (await store.FindManyAsync(accepted, Cancellation)).Select(job => job.Guid));

        await LimitAsync(store, pages: 1_000);

        await store.SubmitAsync([folder.Job() with { Arguments = new byte[3_000] }], int.MaxValue, Cancellation);
        await store.CheckAsync(Cancellation);
        Assert.Equal(accepted.Count + 1, (await store.ListAsync(JobFilter.None, default, 0, 0, Cancellation)).Total);
    }

    [Fact]
    public async Task Where_the_last_write_failed_a_check_writes()
    {
        await using var store = await folder.OpenAsync();
        using (folder.Connect().Locked())
        {
            await Assert.ThrowsAsync<StoreUnavailableException>(() => store.SubmitAsync([folder.Job()], int.MaxValue, Cancellation));
            await Assert.ThrowsAsync<StoreUnavailableException>(() => store.CheckAsync(Cancellation));
        }

        await store.CheckAsync(Cancellation);
    }

    [Fact]
    public async Task A_lease_that_could_not_be_extended_holds_for_its_length_again_and_does_not_count_as_lost()
    {
        await using var store = await folder.OpenAsync();
        await store.SubmitAsync([folder.Job()], int.MaxValue, Cancellation);
        var claim = new ClaimRequest("worker-1", ["app.delete"], null, 1, Lease);
        var run = Assert.Single((await store.SettleAndClaimAsync([], claim, Cancellation)).Claimed);

        folder.Clock.Advance(TimeSpan.FromSeconds(20));
        using (folder.Connect().Locked())
        {
            var beat = new Heartbeat(run.Lease, run.Job.Guid, RunReport.None);
            await Assert.ThrowsAsync<StoreUnavailableException>(() => store.HeartbeatAsync([beat], Lease, Cancellation));
            folder.Clock.Advance(TimeSpan.FromSeconds(20));
            Assert.Empty(await store.FindOverdueAsync(10, Cancellation));
        }

        await store.CheckAsync(Cancellation);
        folder.Clock.Advance(Lease - TimeSpan.FromSeconds(1));
        Assert.Empty(await store.FindOverdueAsync(10, Cancellation));

        folder.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.False(Assert.Single(await store.FindOverdueAsync(10, Cancellation)).Counts);
    }

    [Fact]
    public async Task A_short_success_amid_an_outage_lets_no_lease_be_taken_back()
    {
        await using var store = await folder.OpenAsync();
        await store.SubmitAsync([folder.Job()], int.MaxValue, Cancellation);
        var claim = new ClaimRequest("worker-1", ["app.delete"], null, 1, Lease);
        await store.SettleAndClaimAsync([], claim, Cancellation);

        // The lease expires in the first outage; the second begins after that.
        folder.Clock.Advance(TimeSpan.FromSeconds(20));
        await FailToWriteAsync(store);
        folder.Clock.Advance(TimeSpan.FromSeconds(11));
        await store.CheckAsync(Cancellation);
        await FailToWriteAsync(store);
        await store.CheckAsync(Cancellation);

        folder.Clock.Advance(Lease - TimeSpan.FromSeconds(1));
        Assert.Empty(await store.FindOverdueAsync(10, Cancellation));

        folder.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.False(Assert.Single(await store.FindOverdueAsync(10, Cancellation)).Counts);
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_unavailable()
    {
        File.WriteAllBytes(folder.Database, [.. Enumerable.Repeat((byte)'x', 8_192)]);
        await using var store = folder.Store();

        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.MigrateAsync(apply: true, Cancellation));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.OpenAsync(Cancellation));
    }

    [Fact]
    public async Task Damaged_rows_are_unavailable_to_whoever_reads_them()
    {
        var job = folder.Job();
        await using (var store = await folder.OpenAsync())
        {
            await store.SubmitAsync([job], int.MaxValue, Cancellation);
        }

        using (var file = File.OpenWrite(folder.Database))
        {
            const int Page = 4_096;
            file.Position = Page;
            file.Write(new byte[(int)file.Length - Page]);
        }

        await using var damaged = folder.Store();
        await Assert.ThrowsAsync<StoreUnavailableException>(async () =>
        {
            await damaged.OpenAsync(Cancellation);
            await damaged.FindStatusAsync(job.Guid, Cancellation);
        });
    }

    [Fact]
    public async Task A_file_taken_away_is_noticed()
    {
        await using var store = await folder.OpenAsync();
        File.Move(folder.Database, folder.Database + ".away");

        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.CheckAsync(Cancellation));
    }

    [Fact]
    public async Task A_killed_process_loses_nothing_it_confirmed_and_its_runs_are_rescued_at_once()
    {
        var jobs = Enumerable.Range(0, 20).Select(_ => folder.Job()).ToList();
        await using var store = await folder.OpenAsync();
        await store.SubmitAsync(jobs, int.MaxValue, Cancellation);
        var claim = new ClaimRequest("worker-1", ["app.delete"], null, 5, Lease);
        var runs = (await store.SettleAndClaimAsync([], claim, Cancellation)).Claimed;

        using var left = folder.Copy();
        await using var next = await left.OpenAsync();

        var found = await next.FindManyAsync([.. jobs.Select(job => job.Guid)], Cancellation);
        Assert.Equal(jobs.Select(job => job.Guid), found.Select(job => job.Guid));
        var overdue = await next.FindOverdueAsync(100, Cancellation);
        Assert.Equal(runs.Select(run => run.Lease).ToHashSet(), overdue.Select(run => run.Claimed.Lease).ToHashSet());
        Assert.All(overdue, run => Assert.Equal((OverdueReason.LeaseExpired, true), (run.Reason, run.Counts)));
    }

    [Fact]
    public async Task Of_operations_that_share_a_commit_only_the_one_at_fault_fails()
    {
        await using var store = await folder.OpenAsync();
        var (good, bad) = (Enumerable.Range(0, 20).Select(_ => folder.Job()).ToList(), folder.Job());
        await store.SubmitAsync([bad], int.MaxValue, Cancellation);

        // The writer is held until all of them wait for it.
        using var held = new ManualResetEventSlim();
        var holding = store.Writer.RunAsync(_ => held.Wait(TimeSpan.FromSeconds(30)), rows: 1, Cancellation);
        var again = store.SubmitAsync([bad], int.MaxValue, Cancellation);
        var others = good.Select(job => store.SubmitAsync([job], int.MaxValue, Cancellation)).ToList();
        held.Set();

        Assert.True(await holding);
        await Assert.ThrowsAsync<Microsoft.Data.Sqlite.SqliteException>(() => again);
        Assert.All(await Task.WhenAll(others), submission => Assert.IsType<Submission.Accepted>(submission));
        Assert.Equal(21, (await store.ListAsync(JobFilter.None, default, 0, 0, Cancellation)).Total);
        Assert.Equal(new Submission.TooManyOpen(21), await store.SubmitAsync([folder.Job()], 21, Cancellation));
    }

    [Fact]
    public async Task Whoever_gave_up_before_its_turn_changes_nothing()
    {
        await using var store = await folder.OpenAsync();
        using var held = new ManualResetEventSlim();
        using var given = new CancellationTokenSource();
        var holding = store.Writer.RunAsync(_ => held.Wait(TimeSpan.FromSeconds(30)), rows: 1, Cancellation);
        var submitting = store.SubmitAsync([folder.Job()], int.MaxValue, given.Token);
        await given.CancelAsync();
        held.Set();

        Assert.True(await holding);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => submitting);
        Assert.Equal(0, (await store.ListAsync(JobFilter.None, default, 0, 0, Cancellation)).Total);
    }

    public void Dispose() => folder.Dispose();

    private async Task FailToWriteAsync(SqliteJobStore store)
    {
        using (folder.Connect().Locked())
        {
            await Assert.ThrowsAsync<StoreUnavailableException>(() => store.SubmitAsync([folder.Job()], int.MaxValue, Cancellation));
        }
    }

    private static Task<bool> LimitAsync(SqliteJobStore store, int pages) => store.Writer.RunAsync(
        write =>
        {
            write.Session.Execute($"PRAGMA max_page_count = {pages}");
            return true;
        },
        rows: 1,
        Cancellation);
}
