using CloudController.Jobs.AspNetCore.Following;

namespace CloudController.Jobs.AspNetCore.Tests.Following;

/// <summary>Contract §4: <c>Retry-After</c>, whole seconds, 1 to 60, on states that are not terminal.</summary>
public sealed class AskAgainTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch.AddYears(50);

    [Theory]
    [InlineData(JobPhase.Scheduled, 30, 30)]
    [InlineData(JobPhase.Scheduled, 30.1, 31)]
    [InlineData(JobPhase.Scheduled, 100_000_000_000, 60)]
    [InlineData(JobPhase.Scheduled, -5, 1)]
    [InlineData(JobPhase.Polling, 5, 5)]
    public void What_waits_for_its_time_is_asked_for_then(JobPhase phase, double runsInSeconds, int seconds)
    {
        var runAt = runsInSeconds > 1e9 ? DateTimeOffset.MaxValue : Now.AddSeconds(runsInSeconds);

        Assert.Equal(seconds, AskAgain.After(phase, Now, runAt, likelyEnd: null, Now));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(-100, 1)]
    [InlineData(50, 5)]
    [InlineData(86_400, 15)]
    public void What_may_end_at_any_moment_is_asked_for_the_later_the_longer_it_has_gone_on(int ageSeconds, int seconds)
    {
        foreach (var phase in new[] { JobPhase.Queued, JobPhase.PollDue, JobPhase.Running })
            Assert.Equal(seconds, AskAgain.After(phase, Now.AddSeconds(-ageSeconds), Now, likelyEnd: null, Now));
    }

    [Theory]
    [InlineData(0.2, 1)]
    [InlineData(30.1, 31)]
    [InlineData(600, 60)]
    public void What_runs_is_asked_for_when_it_may_have_ended_if_that_is_known(double endsInSeconds, int seconds) =>
        Assert.Equal(seconds, AskAgain.After(JobPhase.Running, Now.AddDays(-1), Now, likelyEnd: Now.AddSeconds(endsInSeconds), Now));

    [Fact]
    public void What_has_ended_need_not_be_asked_for_again()
    {
        foreach (var phase in Enum.GetValues<JobPhase>())
            Assert.Equal(phase.IsTerminal(), AskAgain.After(phase, Now, Now, likelyEnd: Now, Now) is null);
    }
}
