using CloudController.Jobs.AspNetCore.Estimates;

namespace CloudController.Jobs.AspNetCore.Tests.Estimates;

/// <summary>Contract §8: an estimate is a range from the operation's history, or none where there is no ground.</summary>
public sealed class DurationHistoryTests
{
    private static readonly DateTimeOffset Start = DateTimeOffset.UnixEpoch.AddYears(50);

    [Fact]
    public void Fewer_than_nine_durations_are_no_ground()
    {
        Assert.Null(History(Enumerable.Range(1, 8)).Estimate(Start, Start));
        Assert.Null(new DurationHistory([]).Estimate(Start, Start));
        Assert.NotNull(History(Enumerable.Range(1, 9)).Estimate(Start, Start));
    }

    // With m durations the k-th and l-th hold a further one in (l - k) / (m + 1) of cases: 8/10, 80/100, 161/201.
    [Theory]
    [InlineData(9, 1, 9)]
    [InlineData(99, 10, 90)]
    [InlineData(200, 20, 181)]
    public void The_range_holds_four_of_five(int durations, int first, int last)
    {
        var estimate = History(Enumerable.Range(1, durations).Reverse()).Estimate(Start, Start);

        Assert.Equal(new JobEstimate(Start.AddSeconds(first), Start.AddSeconds(last)), estimate);
    }

    [Fact]
    public void Only_durations_that_exceed_what_has_passed_count()
    {
        var history = History(Enumerable.Range(1, 20));

        Assert.Equal(new JobEstimate(Start.AddSeconds(12), Start.AddSeconds(20)), history.Estimate(Start, Start.AddSeconds(11)));
        Assert.Null(history.Estimate(Start, Start.AddSeconds(12)));
        Assert.Null(history.Estimate(Start, Start.AddHours(1)));
    }

    // Each duration in turn is the one to be estimated from the others: what the range promises must come true whatever the distribution.
    [Theory]
    [InlineData(1)]
    [InlineData(12345)]
    public void It_keeps_its_promise_for_durations_of_any_kind(int seed)
    {
        var random = new Random(seed);
        foreach (var draw in new Func<double>[] { random.NextDouble, () => Math.Exp(5 * random.NextDouble()), () => random.Next(2) * 100 + random.NextDouble() })
        {
            var (within, tries) = (0, 2_000);
            for (var one = 0; one < tries; one++)
            {
                var history = new DurationHistory(Enumerable.Range(0, DurationHistory.Newest).Select(_ => TimeSpan.FromSeconds(draw())));
                var own = Start.AddSeconds(draw());
                var estimate = Assert.NotNull(history.Estimate(Start, Start));
                within += own >= estimate.Start && own <= estimate.End ? 1 : 0;
            }

            // 161/201, and room for chance: four standard deviations of 2,000 tries.
            Assert.InRange((double)within / tries, 0.765, 0.837);
        }
    }

    private static DurationHistory History(IEnumerable<int> seconds) => new(seconds.Select(second => TimeSpan.FromSeconds(second)));
}
