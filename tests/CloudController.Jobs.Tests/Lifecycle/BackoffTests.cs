using CsCheck;

namespace CloudController.Jobs.Tests.Lifecycle;

public sealed class BackoffTests
{
    // The ranges that Backoff's documentation allows, and more failures than one submission's 100 attempts, as retries by hand add up.
    private static readonly Gen<Backoff> Backoffs =
        Gen.Select(Gen.Double[0, 86_400], Gen.Double[1, 100], Gen.Double[0, 604_800], (initial, factor, max) => new Backoff(initial, factor, max));

    private static readonly Gen<int> Failures = Gen.Int[1, 2_000];

    [Fact]
    public void A_delay_is_within_fifteen_per_cent_of_its_exact_value_and_never_above_the_longest() =>
        Gen.Select(Backoffs, Failures, Gen.Double.Unit).Sample((backoff, failures, random) =>
        {
            var unbounded = backoff.InitialSeconds == 0 ? 0 : backoff.InitialSeconds * Math.Pow(backoff.Factor, failures - 1);
            var exact = Math.Min(backoff.MaxSeconds, unbounded);
            var delay = backoff.DelayAfter(failures, random).TotalSeconds;

            Assert.InRange(delay, (0.85 * exact) - 0.001, Math.Min(1.15 * exact, backoff.MaxSeconds) + 0.001);
        });

    [Fact]
    public void Delays_never_shrink_from_failure_to_failure() =>
        Gen.Select(Backoffs, Failures, Gen.Double.Unit).Sample((backoff, failures, random) =>
            Assert.True(backoff.DelayAfter(failures, random) <= backoff.DelayAfter(failures + 1, random)));

    [Theory]
    // 5 s, doubled, at most an hour (contract §5, defaults); random 0.5 is the middle of the spread.
    [InlineData(1, 5)]
    [InlineData(2, 10)]
    [InlineData(3, 20)]
    [InlineData(10, 2_560)]
    [InlineData(11, 3_600)]
    [InlineData(100, 3_600)]
    public void The_default_doubles_five_seconds_up_to_an_hour(int failures, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), Backoff.Default.DelayAfter(failures, 0.5));

    [Theory]
    [InlineData(1)]
    [InlineData(200)]
    [InlineData(10_000)]
    public void No_first_delay_means_no_delay_ever(int failures) =>
        Assert.Equal(TimeSpan.Zero, new Backoff(0, 100, 604_800).DelayAfter(failures, 1));
}
