using CloudController.Jobs.Diagnostics;
using CloudController.Jobs.Storage;
using Microsoft.Extensions.Time.Testing;

namespace CloudController.Jobs.Tests.Running;

/// <summary>What happened, by the minute, for the dashboard's charts.</summary>
public sealed class ActivityTests
{
    private static readonly DateTimeOffset Noon = new(2026, 7, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Runs_that_began_finished_and_failed_are_counted_in_the_store_once_the_node_has_stopped()
    {
        var script = new Script((job, _) => Task.FromResult(job.Attempt == 1 ? JobOutcome.Failed("AppNotFound", 7).RetryAt(Noon) : JobOutcome.Finished()));
        await using var engine = await EngineHost.StartAsync(script);
        var job = await engine.EnqueueAsync(new EnqueueOptions { MaxAttempts = 2 });
        await engine.UntilAsync(job.Guid, JobPhase.Finished);

        await engine.StopAsync();

        var minutes = await engine.Store.ListActivityAsync(DateTimeOffset.UnixEpoch, TestContext.Current.CancellationToken);
        Assert.Equal(
            (1, 1, 2),
            (minutes.Sum(minute => minute.Finished), minutes.Sum(minute => minute.Failed), minutes.Sum(minute => minute.PickedUp)));
    }

    [Fact]
    public async Task A_node_at_rest_writes_nothing()
    {
        await using var engine = await EngineHost.StartAsync(new Script((_, _) => Task.FromResult(JobOutcome.Finished())));

        await engine.StopAsync();

        Assert.Empty(await engine.Store.ListActivityAsync(DateTimeOffset.UnixEpoch, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Counts_add_up_by_the_minute_and_are_taken_once()
    {
        var clock = new FakeTimeProvider(Noon.AddSeconds(59));
        var counts = new ActivityCounts(clock);

        counts.PickedUp(TimeSpan.FromMilliseconds(30));
        counts.PickedUp(TimeSpan.FromMilliseconds(10));
        counts.Finished();
        clock.Advance(TimeSpan.FromSeconds(1));
        counts.Failed();

        Assert.Equal(
            [
                new ActivityMinute(Noon, 1, 0, 2, TimeSpan.FromMilliseconds(40), TimeSpan.FromMilliseconds(30)),
                new ActivityMinute(Noon.AddMinutes(1), 0, 1, 0, TimeSpan.Zero, TimeSpan.Zero),
            ],
            counts.Take());
        Assert.Empty(counts.Take());
    }
}
