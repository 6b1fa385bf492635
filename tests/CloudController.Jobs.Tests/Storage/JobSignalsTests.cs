using CloudController.Jobs.Storage;

namespace CloudController.Jobs.Tests.Storage;

public sealed class JobSignalsTests
{
    private static readonly Guid Job = JobGuid.New(DateTimeOffset.UnixEpoch);

    private readonly JobSignals signals = new();

    [Fact]
    public void All_who_follow_a_job_are_woken_by_its_change_and_no_one_else()
    {
        using var first = signals.Watch(Job);
        using var second = signals.Watch(Job);
        using var other = signals.Watch(JobGuid.New(DateTimeOffset.UnixEpoch));
        var (firstNext, secondNext, otherNext) = (first.NextChange, second.NextChange, other.NextChange);

        signals.PublishChange(Job);

        Assert.True(firstNext.IsCompleted);
        Assert.True(secondNext.IsCompleted);
        Assert.False(otherNext.IsCompleted);
    }

    [Fact]
    public void Each_change_wakes_once_and_the_next_one_again()
    {
        using var watch = signals.Watch(Job);
        signals.PublishChange(Job);

        var next = watch.NextChange;
        Assert.False(next.IsCompleted);

        signals.PublishChange(Job);
        Assert.True(next.IsCompleted);
    }

    [Fact]
    public void Who_stops_following_leaves_the_others_to_follow()
    {
        using var stays = signals.Watch(Job);
        signals.Watch(Job).Dispose();
        var next = stays.NextChange;

        signals.PublishChange(Job);

        Assert.True(next.IsCompleted);
    }

    [Fact]
    public void A_job_that_no_one_followed_any_more_can_be_followed_anew()
    {
        signals.Watch(Job).Dispose();
        using var watch = signals.Watch(Job);
        var next = watch.NextChange;

        signals.PublishChange(Job);

        Assert.True(next.IsCompleted);
    }

    [Fact]
    public void A_callback_hears_of_every_job_until_it_is_disposed()
    {
        var heard = new List<Guid>();
        using (signals.OnJobChanged(heard.Add))
        {
            signals.PublishChange(Job);
        }

        signals.PublishChange(Job);

        Assert.Equal([Job], heard);
    }

    [Fact]
    public async Task Followers_that_come_and_go_at_once_never_miss_a_change()
    {
        var rounds = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            for (var round = 0; round < 2_000; round++)
            {
                using var watch = signals.Watch(Job);
                var next = watch.NextChange;
                signals.PublishChange(Job);
                await next.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
            }
        }));

        await Task.WhenAll(rounds);
    }
}
