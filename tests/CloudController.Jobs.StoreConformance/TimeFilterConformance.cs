using CloudController.Jobs.Storage;

namespace CloudController.Jobs.StoreConformance;

/// <summary>Filters by time see whole seconds: what is shown as 12:00:00 is equal to 12:00:00, whatever its fraction.</summary>
public abstract class TimeFilterConformance(IStoreFixture fixture) : StoreConformance(fixture)
{
    // The clock starts at a quarter past the second; jobs come at seconds 0, 1 and 2, each a fraction into it.
    private const int Second = 1;

    [Theory]
    [InlineData(TimeComparison.Equal, new[] { 1 })]
    [InlineData(TimeComparison.Less, new[] { 0 })]
    [InlineData(TimeComparison.LessOrEqual, new[] { 0, 1 })]
    [InlineData(TimeComparison.Greater, new[] { 2 })]
    [InlineData(TimeComparison.GreaterOrEqual, new[] { 1, 2 })]
    public async Task Times_of_submission_are_compared_as_whole_seconds(TimeComparison comparison, int[] expected)
    {
        var start = WholeSecond(Now);
        var jobs = new List<Guid>();
        for (var i = 0; i < 3; i++)
        {
            jobs.Add(await SubmitAsync(SomeJob()));
            Clock.Advance(TimeSpan.FromSeconds(1));
        }

        var condition = new TimeCondition(comparison, [start.AddSeconds(Second)]);

        Assert.Equal(expected.Select(index => jobs[index]), await ListAsync(new JobFilter { CreatedAts = [condition] }));
    }

    [Theory]
    [InlineData(TimeComparison.Equal, new[] { 1 })]
    [InlineData(TimeComparison.Less, new[] { 0 })]
    [InlineData(TimeComparison.LessOrEqual, new[] { 0, 1 })]
    [InlineData(TimeComparison.Greater, new[] { 2 })]
    [InlineData(TimeComparison.GreaterOrEqual, new[] { 1, 2 })]
    public async Task Times_of_change_are_compared_as_whole_seconds(TimeComparison comparison, int[] expected)
    {
        var jobs = SomeJobs(3);
        await TrySubmitAsync(jobs);
        Clock.Advance(TimeSpan.FromHours(1));
        var start = WholeSecond(Now);
        foreach (var job in jobs)
        {
            await Store.CancelAsync(job.Guid, Cancellation);
            Clock.Advance(TimeSpan.FromSeconds(1));
        }

        var condition = new TimeCondition(comparison, [start.AddSeconds(Second)]);

        Assert.Equal(expected.Select(index => jobs[index].Guid), await ListAsync(new JobFilter { UpdatedAts = [condition] }));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(999)]
    public async Task The_whole_of_a_second_is_equal_to_it(int millisecond)
    {
        Clock.SetUtcNow(WholeSecond(Now).AddSeconds(5).AddMilliseconds(millisecond));
        var job = await SubmitAsync(SomeJob());
        var second = WholeSecond(Now);

        Assert.Equal([job], await ListAsync(new JobFilter { CreatedAts = [new TimeCondition(TimeComparison.Equal, [second])] }));
        Assert.Empty(await ListAsync(new JobFilter { CreatedAts = [new TimeCondition(TimeComparison.Equal, [second.AddSeconds(1)])] }));
        Assert.Empty(await ListAsync(new JobFilter { CreatedAts = [new TimeCondition(TimeComparison.Greater, [second])] }));
    }

    [Fact]
    public async Task Any_of_several_times_is_equal_and_several_conditions_all_hold()
    {
        var start = WholeSecond(Now);
        var jobs = new List<Guid>();
        for (var i = 0; i < 5; i++)
        {
            jobs.Add(await SubmitAsync(SomeJob()));
            Clock.Advance(TimeSpan.FromSeconds(1));
        }

        var either = new TimeCondition(TimeComparison.Equal, [start.AddSeconds(4), start, start.AddSeconds(77)]);
        var after = new TimeCondition(TimeComparison.Greater, [start]);
        var before = new TimeCondition(TimeComparison.Less, [start.AddSeconds(3)]);

        Assert.Equal([jobs[0], jobs[4]], await ListAsync(new JobFilter { CreatedAts = [either] }));
        Assert.Equal([jobs[1], jobs[2]], await ListAsync(new JobFilter { CreatedAts = [after, before] }));
        Assert.Equal([jobs[4]], await ListAsync(new JobFilter { CreatedAts = [either, after] }));
    }

    private static DateTimeOffset WholeSecond(DateTimeOffset time) => DateTimeOffset.FromUnixTimeSeconds(time.ToUnixTimeSeconds());
}
