using CloudController.Jobs.Storage;

namespace CloudController.Jobs.StoreConformance;

/// <summary>Limits of queues: how many of their jobs start within a time.</summary>
public abstract class RateLimitConformance(IStoreFixture fixture) : LimitedQueueConformance(fixture)
{
    [Fact]
    public async Task Workers_at_once_never_exceed_a_rate()
    {
        await LimitAsync("q", rate: new QueueRate(9, 60));
        await SubmitToAsync("q", 60);

        var claims = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(ClaimUntilEmptyAsync, Cancellation)));

        Assert.Equal(9, claims.Sum(jobs => jobs.Count));
    }

    [Fact]
    public async Task No_more_jobs_start_in_any_span_of_that_length_than_the_rate_has()
    {
        await LimitAsync("q", rate: new QueueRate(3, 10));
        var jobs = await SubmitToAsync("q", 9);

        Assert.Equal(jobs[..2], Guids(await ClaimAsync(limit: 2)));
        Clock.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal(jobs[2..3], Guids(await ClaimAsync()));
        Clock.Advance(TimeSpan.FromMilliseconds(3_999));
        Assert.Empty(await ClaimAsync());

        // Ten seconds after the first two, six before what came later leaves the span.
        Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(jobs[3..5], Guids(await ClaimAsync()));
        Clock.Advance(TimeSpan.FromMilliseconds(5_999));
        Assert.Empty(await ClaimAsync());
        Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(jobs[5..6], Guids(await ClaimAsync()));
    }

    [Fact]
    public async Task Jobs_that_ended_count_for_a_rate_all_the_same()
    {
        await LimitAsync("q", rate: new QueueRate(2, 10));
        await SubmitToAsync("q", 3);

        await EndAllAsync(await ClaimAsync());

        Assert.Empty(await ClaimAsync());
    }

    [Fact]
    public async Task A_claim_says_for_how_long_a_rate_holds_back_what_is_next()
    {
        await LimitAsync("q", rate: new QueueRate(2, 10));
        await SubmitToAsync("q", 3);
        Assert.Equal((1, null), await ClaimedAndHeldAsync(limit: 1));
        Clock.Advance(TimeSpan.FromSeconds(4));

        Assert.Equal((1, TimeSpan.FromSeconds(6)), await ClaimedAndHeldAsync());
        Clock.Advance(TimeSpan.FromSeconds(1.5));
        Assert.Equal((0, TimeSpan.FromSeconds(4.5)), await ClaimedAndHeldAsync());
        Assert.Equal((0, null), await ClaimedAndHeldAsync(operation: "app.other"));

        Clock.Advance(TimeSpan.FromSeconds(4.5));
        Assert.Equal((1, null), await ClaimedAndHeldAsync());
    }

    [Fact]
    public async Task Nothing_is_held_back_by_a_rate_where_nothing_waits_or_all_is_taken()
    {
        await LimitAsync("q", rate: new QueueRate(2, 10));
        await SubmitToAsync("q", 2);

        Assert.Equal((2, null), await ClaimedAndHeldAsync());
        Assert.Equal((0, null), await ClaimedAndHeldAsync());
    }

    [Fact]
    public async Task A_large_rate_is_held_and_comes_back_a_hundredth_of_its_time_late_at_most()
    {
        // More than a hundred starts are remembered by hundredths of the time.
        await LimitAsync("q", rate: new QueueRate(150, 1_000));
        await SubmitToAsync("q", 400);

        Assert.Equal(100, (await ClaimAsync(limit: 100)).Count);
        Clock.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(50, (await ClaimAsync()).Count);
        Clock.Advance(TimeSpan.FromSeconds(996.999));
        Assert.Empty(await ClaimAsync());

        Clock.Advance(TimeSpan.FromSeconds(20.001));
        Assert.Equal(150, (await ClaimAsync()).Count);
    }

    [Fact]
    public async Task Another_rate_counts_anew_and_the_same_one_again_goes_on()
    {
        await LimitAsync("q", rate: new QueueRate(2, 60));
        await SubmitToAsync("q", 9);
        Assert.Equal(2, (await ClaimAsync()).Count);

        await LimitAsync("q", rate: new QueueRate(2, 60));
        Assert.Empty(await ClaimAsync());

        await LimitAsync("q", rate: new QueueRate(3, 60));
        Assert.Equal(3, (await ClaimAsync()).Count);
        Assert.Empty(await ClaimAsync());
    }
}
