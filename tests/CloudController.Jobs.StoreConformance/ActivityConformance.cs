using CloudController.Jobs.Storage;

namespace CloudController.Jobs.StoreConformance;

public abstract class ActivityConformance(IStoreFixture fixture) : StoreConformance(fixture)
{
    private static readonly DateTimeOffset Noon = new(2026, 7, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Where_nothing_happened_there_is_no_minute() => Assert.Empty(await Store.ListActivityAsync(DateTimeOffset.UnixEpoch, Cancellation));

    [Fact]
    public async Task What_nodes_tell_of_one_minute_adds_up()
    {
        await Store.AddActivityAsync([Minute(0, finished: 3, failed: 1, pickedUp: 4, milliseconds: 40, longest: 25)], Cancellation);
        await Store.AddActivityAsync([Minute(0, finished: 2, failed: 0, pickedUp: 2, milliseconds: 10, longest: 9), Minute(1, 1, 0, 1, 5, 5)], Cancellation);

        Assert.Equal(
            [Minute(0, finished: 5, failed: 1, pickedUp: 6, milliseconds: 50, longest: 25), Minute(1, 1, 0, 1, 5, 5)],
            await Store.ListActivityAsync(Noon, Cancellation));
    }

    [Fact]
    public async Task Minutes_are_listed_from_an_instant_on_oldest_first()
    {
        await Store.AddActivityAsync([Minute(2, 1, 0, 0, 0, 0), Minute(0, 1, 0, 0, 0, 0), Minute(1, 1, 0, 0, 0, 0)], Cancellation);

        var since = await Store.ListActivityAsync(Noon.AddMinutes(1), Cancellation);

        Assert.Equal([Noon.AddMinutes(1), Noon.AddMinutes(2)], since.Select(minute => minute.Minute));
    }

    [Fact]
    public async Task Minutes_are_forgotten_after_two_days()
    {
        await Store.AddActivityAsync([Minute(0, 1, 0, 0, 0, 0), Minute(1, 1, 0, 0, 0, 0)], Cancellation);

        await Store.AddActivityAsync([Minute((48 * 60) + 1, 1, 0, 0, 0, 0)], Cancellation);

        var kept = await Store.ListActivityAsync(DateTimeOffset.UnixEpoch, Cancellation);
        Assert.Equal([Noon.AddMinutes(1), Noon.AddHours(48).AddMinutes(1)], kept.Select(minute => minute.Minute));
    }

    private static ActivityMinute Minute(int number, long finished, long failed, long pickedUp, int milliseconds, int longest) => new(
        Noon.AddMinutes(number), finished, failed, pickedUp, TimeSpan.FromMilliseconds(milliseconds), TimeSpan.FromMilliseconds(longest));
}
