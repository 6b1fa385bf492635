using CloudController.Jobs.Storage;

namespace CloudController.Jobs.StoreConformance;

/// <summary>How long jobs took: what estimates are made from.</summary>
public abstract class DurationListingConformance(IStoreFixture fixture) : StoreConformance(fixture)
{
    [Fact]
    public async Task Those_that_finished_last_are_listed_over_all_queues()
    {
        foreach (var (queue, seconds) in new[] { ("a", 1), ("a", 2), ("b", 3), ("a", 4), ("b", 5) })
        {
            await FinishAsync(SomeJob("app.one") with { Queue = queue }, TimeSpan.FromSeconds(seconds));
        }

        await FinishAsync(SomeJob("app.other"), TimeSpan.FromSeconds(9));

        Assert.Equal([3, 4, 5], await SecondsAsync("app.one", newest: 3));
        Assert.Equal([1, 2, 3, 4, 5], await SecondsAsync("app.one", newest: 200));
        Assert.Empty(await Store.ListDurationsAsync("never.used", 200, Cancellation));
    }

    [Fact]
    public async Task Only_what_finished_counts_and_of_it_the_last_run()
    {
        await RunAsync(Some.Failed, SomeJob("app.one"));
        await SubmitAsync(SomeJob("app.one") with { MaxAttempts = 2, Backoff = new Backoff(1, 1, 1) });
        await TakeAsync(TimeSpan.FromSeconds(30), Some.Failed);
        await PassAsync(TimeSpan.FromMinutes(1));
        Assert.Empty(await SecondsAsync("app.one", newest: 200));

        await TakeAsync(TimeSpan.FromSeconds(2), Some.Finished);

        Assert.Equal([2], await SecondsAsync("app.one", newest: 200));
    }

    [Fact]
    public async Task What_polled_took_as_long_as_from_its_start()
    {
        await SubmitAsync(SomeJob("app.one"));
        await TakeAsync(TimeSpan.FromSeconds(1), Some.Polled);
        await PassAsync(TimeSpan.FromSeconds(5));
        Assert.Equal(Now.AddSeconds(-6), (await Store.FindStatusAsync(await OnlyJobAsync(), Cancellation))?.ActiveSince);

        await TakeAsync(TimeSpan.FromSeconds(2), Some.Finished);

        Assert.Equal([8], await SecondsAsync("app.one", newest: 200));
        Assert.Null((await Store.FindStatusAsync(await OnlyJobAsync(), Cancellation))?.ActiveSince);
    }

    private async Task FinishAsync(NewJob job, TimeSpan took)
    {
        await SubmitAsync(job);
        var run = Assert.Single(await ClaimAsync(operations: [job.Operation]));
        Clock.Advance(took);
        await EndAsync(run, Some.Finished);
    }

    private async Task TakeAsync(TimeSpan time, RunEnd end)
    {
        var run = Assert.Single(await ClaimAsync(operations: ["app.one"]));
        Clock.Advance(time);
        await EndAsync(run, end);
    }

    private async Task<Guid> OnlyJobAsync() => Assert.Single(await ListAsync(new JobFilter()));

    private async Task<IEnumerable<double>> SecondsAsync(string operation, int newest) =>
        (await Store.ListDurationsAsync(operation, newest, Cancellation)).Select(took => took.TotalSeconds).Order();
}
