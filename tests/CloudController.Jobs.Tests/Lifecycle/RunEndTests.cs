namespace CloudController.Jobs.Tests.Lifecycle;

/// <summary>Contract §5, what counts as an attempt.</summary>
public sealed class RunEndTests
{
    [Fact]
    public void A_poll_keeps_its_attempt_number_and_polls_on()
    {
        var polling = Some.Running().End(new RunEnd.Polled(TimeSpan.FromSeconds(5)), Some.Noon, Some.Rules)!;
        Assert.Equal((JobPhase.Polling, 1, 0), (polling.Phase, polling.Attempt, polling.AttemptsSpent));
        Assert.Equal(Some.Noon.AddSeconds(5), polling.RunAt);

        var due = polling.Due(Some.Noon.AddSeconds(5))!;
        Assert.Equal(("POLLING", "polling", 1), (due.Phase.StateName(), due.Phase.PhaseName(), due.Attempt));

        var again = due.Claim(Some.Noon.AddSeconds(5), Some.Lease)!;
        Assert.Equal((JobPhase.Running, 1, 2), (again.Phase, again.Attempt, again.Run));
    }

    [Fact]
    public void The_running_time_of_an_attempt_adds_up_over_its_polls_without_the_waits_between()
    {
        var polling = Some.Running().End(new RunEnd.Polled(TimeSpan.FromHours(1)), Some.Noon.AddSeconds(10), Some.Rules)!;
        var second = polling.Due(Some.Noon.AddHours(2))!.Claim(Some.Noon.AddHours(2), Some.Lease)!;

        var third = second.End(new RunEnd.Polled(TimeSpan.FromHours(1)), Some.Noon.AddHours(2).AddSeconds(20), Some.Rules)!;

        Assert.Equal(TimeSpan.FromSeconds(30), third.Used);
    }

    [Fact]
    public void The_next_attempt_starts_with_unused_running_time()
    {
        var polling = Some.Running(2).End(new RunEnd.Polled(TimeSpan.FromSeconds(1)), Some.Noon.AddSeconds(10), Some.Rules)!;
        var second = polling.Due(Some.Noon.AddSeconds(11))!.Claim(Some.Noon.AddSeconds(11), Some.Lease)!;

        var failed = second.End(new RunEnd.Failed([Some.Error]), Some.Noon.AddSeconds(12), Some.Rules)!;

        Assert.Equal((TimeSpan.Zero, false, 1), (failed.Used, failed.Polled, failed.Attempt));
    }

    [Fact]
    public void A_released_run_gives_its_attempt_number_back()
    {
        var released = Some.Running().End(new RunEnd.Released(TimeSpan.FromSeconds(7)), Some.Noon, Some.Rules)!;

        Assert.Equal((JobPhase.Scheduled, 0, 0, 1), (released.Phase, released.Attempt, released.AttemptsSpent, released.Run));
        Assert.Equal(Some.Noon.AddSeconds(7), released.RunAt);
    }

    [Fact]
    public void A_run_released_without_delay_can_be_claimed_at_once() =>
        Assert.Equal(JobPhase.Queued, Some.Running().End(new RunEnd.Released(TimeSpan.Zero), Some.Noon, Some.Rules)?.Phase);

    [Fact]
    public void A_lost_run_of_a_poll_goes_on_polling_in_the_same_attempt()
    {
        var second = Some.Running().End(new RunEnd.Polled(TimeSpan.FromSeconds(1)), Some.Noon, Some.Rules)!
            .Due(Some.Noon.AddSeconds(1))!.Claim(Some.Noon.AddSeconds(1), Some.Lease)!;

        var lost = second.End(new RunEnd.Lost(Counts: true), Some.Noon.AddSeconds(31), Some.Rules)!;

        Assert.Equal((JobPhase.PollDue, 1, 0, 1), (lost.Phase, lost.Attempt, lost.AttemptsSpent, lost.LostRuns));
    }

    [Fact]
    public void A_job_that_keeps_losing_its_workers_fails_as_such()
    {
        var lost = (Some.Running(maxAttempts: 100) with { LostRuns = 2 }).End(new RunEnd.Lost(Counts: true), Some.Noon, Some.Rules)!;

        Assert.Equal((JobPhase.Failed, 0), (lost.Phase, lost.AttemptsSpent));
        Assert.Equal([Some.Rules.WorkerLost], lost.Errors);
    }

    [Fact]
    public void Timing_out_at_the_last_attempt_fails_as_such()
    {
        var timedOut = Some.Running().End(new RunEnd.TimedOut(), Some.Noon, Some.Rules)!;

        Assert.Equal(JobPhase.Failed, timedOut.Phase);
        Assert.Equal([Some.Rules.TimedOut], timedOut.Errors);
    }

    [Fact]
    public void A_final_failure_leaves_the_other_attempts_unused() =>
        Assert.Equal(JobPhase.Failed, Some.Running(5).End(new RunEnd.Failed([Some.Error]) { Final = true }, Some.Noon, Some.Rules)?.Phase);

    [Fact]
    public void A_failed_attempt_waits_by_backoff_and_shows_its_error()
    {
        var failed = Some.Running(2).End(new RunEnd.Failed([Some.Error]), Some.Noon, Some.Rules)!;

        // Backoff's default first delay is 5 s; random 0.5 is the middle of the spread.
        Assert.Equal((JobPhase.Scheduled, Some.Noon.AddSeconds(5)), (failed.Phase, failed.RunAt));
        Assert.Equal([Some.Error], failed.Errors);
    }

    [Fact]
    public void A_named_retry_time_replaces_the_backoff()
    {
        var failed = Some.Running(2).End(new RunEnd.Failed([Some.Error]) { RetryAt = Some.Noon.AddSeconds(1) }, Some.Noon, Some.Rules)!;

        Assert.Equal(Some.Noon.AddSeconds(1), failed.RunAt);
    }

    [Theory]
    // The later of the backoff's 5 s and what the far side asked for.
    [InlineData(1, 5)]
    [InlineData(60, 60)]
    public void A_retry_comes_at_the_later_of_backoff_and_not_before(int notBefore, int expected)
    {
        var failed = Some.Running(2).End(new RunEnd.Failed([Some.Error]) { NotBefore = Some.Noon.AddSeconds(notBefore) }, Some.Noon, Some.Rules)!;

        Assert.Equal(Some.Noon.AddSeconds(expected), failed.RunAt);
    }

    [Fact]
    public void What_started_no_longer_expires()
    {
        var released = (Some.Queued() with { ExpiresAt = Some.Noon.AddSeconds(1) }).Claim(Some.Noon, Some.Lease)!
            .End(new RunEnd.Released(TimeSpan.Zero), Some.Noon, Some.Rules)!;

        Assert.Null(released.Expire(Some.Noon.AddDays(1), Some.Expired));
        Assert.NotNull(released.Claim(Some.Noon.AddDays(1), Some.Lease));
    }

    [Fact]
    public void What_had_not_started_by_its_expiry_is_not_claimed_but_expires()
    {
        var waiting = Some.Queued() with { ExpiresAt = Some.Noon };

        Assert.Null(waiting.Claim(Some.Noon, Some.Lease));
        Assert.NotNull(waiting.Claim(Some.Noon.AddMilliseconds(-1), Some.Lease));
        Assert.Equal(JobPhase.Expired, waiting.Expire(Some.Noon, Some.Expired)?.Phase);
        Assert.Null(waiting.Expire(Some.Noon.AddMilliseconds(-1), Some.Expired));
    }
}
