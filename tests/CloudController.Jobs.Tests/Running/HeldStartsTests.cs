using CloudController.Jobs.Running;
using CloudController.Jobs.Storage;
using Microsoft.Extensions.Time.Testing;

namespace CloudController.Jobs.Tests.Running;

public sealed class HeldStartsTests : IDisposable
{
    private readonly FakeTimeProvider clock = new();
    private readonly JobSignals signals = new();
    private readonly HeldStarts starts;
    private int woken;

    public HeldStartsTests()
    {
        starts = new HeldStarts(signals, clock);
        signals.WorkAppeared += () => woken++;
    }

    public void Dispose() => starts.Dispose();

    [Fact]
    public void Those_who_look_for_work_are_woken_when_the_next_start_is_allowed_and_once()
    {
        starts.Heed(TimeSpan.FromSeconds(6));

        Assert.Equal([(5.999, 0), (0.001, 1), (60, 1)], WokenAfter(5.999, 0.001, 60));
    }

    [Fact]
    public void The_earliest_of_several_counts_and_later_ones_are_told_again()
    {
        starts.Heed(TimeSpan.FromSeconds(6));
        starts.Heed(TimeSpan.FromSeconds(2));
        starts.Heed(TimeSpan.FromSeconds(4));
        Assert.Equal([(1.999, 0), (0.001, 1)], WokenAfter(1.999, 0.001));

        starts.Heed(TimeSpan.FromSeconds(3));
        Assert.Equal([(2.999, 1), (0.001, 2), (60, 2)], WokenAfter(2.999, 0.001, 60));
    }

    [Fact]
    public void What_was_not_held_back_wakes_nobody()
    {
        starts.Heed(null);

        Assert.Equal([(86_400, 0)], WokenAfter(86_400));
    }

    private IEnumerable<(double After, int Woken)> WokenAfter(params double[] seconds)
    {
        foreach (var after in seconds)
        {
            clock.Advance(TimeSpan.FromSeconds(after));
            yield return (after, woken);
        }
    }
}
