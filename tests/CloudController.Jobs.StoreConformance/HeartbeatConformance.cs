using CloudController.Jobs.Storage;

namespace CloudController.Jobs.StoreConformance;

public abstract class HeartbeatConformance(IStoreFixture fixture) : StoreConformance(fixture)
{
    [Fact]
    public async Task A_heartbeat_extends_the_lease_from_now()
    {
        var run = await StartAsync();
        Clock.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal(new HeartbeatResult(Holds: true, Now + Lease, CancelRequested: false), await HeartbeatAsync(run));

        Clock.Advance(Lease - TimeSpan.FromMilliseconds(1));
        Assert.Empty(await Store.FindOverdueAsync(10, Cancellation));
        Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(OverdueReason.LeaseExpired, (await FindOneOverdueAsync()).Reason);
    }

    [Fact]
    public async Task It_says_when_the_job_is_to_be_cancelled()
    {
        var run = await StartAsync();
        await Store.CancelAsync(run.Job.Guid, Cancellation);

        Assert.True((await HeartbeatAsync(run)).CancelRequested);
    }

    [Fact]
    public async Task Many_are_answered_in_the_order_given()
    {
        await SubmitAllAsync(SomeJobs(3));
        var runs = await ClaimAsync();
        await Store.CancelAsync(runs[2].Job.Guid, Cancellation);
        await EndAsync(runs[1], Some.Finished);

        var results = await Store.HeartbeatAsync(
            [.. runs.Reverse().Select(run => new Heartbeat(run.Lease, run.Job.Guid, RunReport.None))], Lease, Cancellation);

        Assert.Equal([(true, true), (false, false), (true, false)], results.Select(result => (result.Holds, result.CancelRequested)));
    }

    [Fact]
    public async Task The_newest_progress_is_kept()
    {
        var run = await StartAsync();

        await HeartbeatAsync(run, Some.Report(10, "Removing routes"));
        Assert.Equal(new JobProgress(10, "Removing routes"), (await FindAsync(run.Job.Guid)).Progress);

        await HeartbeatAsync(run, Some.Report(5));
        Assert.Equal(new JobProgress(5, null), (await FindAsync(run.Job.Guid)).Progress);

        await HeartbeatAsync(run, Some.Report(warnings: ["w"]));
        Assert.Equal(new JobProgress(5, null), (await FindAsync(run.Job.Guid)).Progress);
    }

    [Fact]
    public async Task A_warning_that_is_there_is_not_added_again()
    {
        var run = await StartAsync();
        await HeartbeatAsync(run, Some.Report(warnings: ["b", "a", "b"]));

        await HeartbeatAsync(run, Some.Report(warnings: ["a", "c", "B"]));

        Assert.Equal(["b", "a", "c", "B"], (await FindAsync(run.Job.Guid)).Warnings);
    }

    [Fact]
    public async Task A_job_has_at_most_a_hundred_warnings_the_first()
    {
        var run = await StartAsync();
        var warnings = Enumerable.Range(0, 150).Select(number => $"warning {number}").ToArray();
        await HeartbeatAsync(run, Some.Report(warnings: warnings[..60]));

        await HeartbeatAsync(run, Some.Report(warnings: warnings));

        Assert.Equal(warnings[..100], (await FindAsync(run.Job.Guid)).Warnings);
    }

    [Fact]
    public async Task Warnings_stay_over_further_runs()
    {
        var run = await StartAsync();
        await HeartbeatAsync(run, Some.Report(warnings: ["first run"]));
        await EndAsync(run, Some.Released);

        await HeartbeatAsync(await ClaimOneAsync(), Some.Report(warnings: ["first run", "second run"]));

        Assert.Equal(["first run", "second run"], (await FindAsync(run.Job.Guid)).Warnings);
    }

    [Fact]
    public async Task Of_a_log_the_last_64_KiB_are_kept()
    {
        var run = await StartAsync();
        var lines = string.Concat(Enumerable.Range(0, 3_000).Select(number => $"line {number:D4} of what it wrote\n"));

        foreach (var part in lines.Chunk(20_000))
        {
            await HeartbeatAsync(run, Some.Report(log: new string(part)));
        }

        Assert.Equal(lines[^65_536..], Assert.Single(await Store.ListRunsAsync(run.Job.Guid, Cancellation)).Log);
    }

    [Fact]
    public async Task Any_text_comes_back_as_reported()
    {
        const string awkward = "Zoë's \"50 %\" \\ \0 \u2028 👋\r\n'; --";
        var run = await StartAsync();

        await HeartbeatAsync(run, Some.Report(50, awkward, [awkward], awkward));

        var job = await FindAsync(run.Job.Guid);
        Assert.Equal(awkward, job.Progress?.Message);
        Assert.Equal([awkward], job.Warnings);
        Assert.Equal(awkward, Assert.Single(await Store.ListRunsAsync(job.Guid, Cancellation)).Log);
    }

    [Fact]
    public async Task A_bare_sign_of_life_is_no_change_of_the_job()
    {
        var run = await StartAsync();
        var before = (await FindAsync(run.Job.Guid)).UpdatedAt;
        Clock.Advance(TimeSpan.FromSeconds(3));

        await HeartbeatAsync(run);
        Assert.Equal(before, (await FindAsync(run.Job.Guid)).UpdatedAt);

        await HeartbeatAsync(run, Some.Report(1));
        Assert.Equal(Now, (await FindAsync(run.Job.Guid)).UpdatedAt);
    }
}
