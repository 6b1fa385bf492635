namespace CloudController.Jobs.Tests.Lifecycle;

/// <summary>Contract §5, cancel and retry by hand.</summary>
public sealed class CancelTests
{
    [Theory]
    [InlineData(JobPhase.Queued)]
    [InlineData(JobPhase.Scheduled)]
    [InlineData(JobPhase.Polling)]
    [InlineData(JobPhase.PollDue)]
    public void Cancelling_what_waits_ends_it_at_once(JobPhase phase)
    {
        var cancelled = (Some.Queued() with { Phase = phase }).RequestCancel(Some.Noon, Some.Rules.Cancelled);

        Assert.Equal(JobPhase.Cancelled, cancelled?.Phase);
        Assert.Equal(Some.Noon, cancelled?.FinishedAt);
        Assert.Equal([Some.Rules.Cancelled], cancelled!.Errors);
    }

    [Fact]
    public void Cancelling_what_runs_only_asks_it_to_stop()
    {
        var asked = Some.Running().RequestCancel(Some.Noon, Some.Rules.Cancelled);

        Assert.Equal(Some.Running() with { CancelRequestedAt = Some.Noon }, asked);
    }

    [Fact]
    public void Asking_again_changes_nothing()
    {
        var asked = Some.Running().RequestCancel(Some.Noon, Some.Rules.Cancelled)!;

        Assert.Same(asked, asked.RequestCancel(Some.Noon.AddMinutes(1), Some.Rules.Cancelled));
    }

    [Theory]
    [InlineData(JobPhase.Finished)]
    [InlineData(JobPhase.Failed)]
    [InlineData(JobPhase.Expired)]
    public void What_ended_otherwise_cannot_be_cancelled(JobPhase phase) =>
        Assert.Null((Some.Queued() with { Phase = phase }).RequestCancel(Some.Noon, Some.Rules.Cancelled));

    [Fact]
    public void A_completion_that_comes_after_the_cancel_counts()
    {
        var asked = Some.Running().RequestCancel(Some.Noon, Some.Rules.Cancelled)!;

        Assert.Equal(JobPhase.Finished, asked.End(new RunEnd.Finished(), Some.Noon, Some.Rules)?.Phase);
    }

    [Theory]
    [InlineData(JobPhase.Failed, true)]
    [InlineData(JobPhase.Cancelled, true)]
    [InlineData(JobPhase.Expired, true)]
    [InlineData(JobPhase.Finished, false)]
    [InlineData(JobPhase.Queued, false)]
    [InlineData(JobPhase.Scheduled, false)]
    [InlineData(JobPhase.Running, false)]
    [InlineData(JobPhase.Polling, false)]
    [InlineData(JobPhase.PollDue, false)]
    public void Only_what_failed_was_cancelled_or_expired_can_be_retried(JobPhase phase, bool allowed) =>
        Assert.Equal(allowed, (Some.Queued() with { Phase = phase }).Retry(Some.Noon) is not null);

    [Fact]
    public void A_retry_gives_as_many_attempts_again()
    {
        var failed = Some.Running().End(new RunEnd.Failed([Some.Error]), Some.Noon, Some.Rules)!;

        var retried = failed.Retry(Some.Noon.AddHours(1))!;

        Assert.Equal((JobPhase.Queued, 1, 2), (retried.Phase, retried.AttemptsSpent, retried.AttemptsAllowed));
        Assert.Equal(Some.Noon.AddHours(1), retried.RunAt);
        Assert.Equal((null, null), (retried.FinishedAt, retried.StartedAt));
        Assert.Empty(retried.Errors);
        Assert.Equal(2, retried.Claim(Some.Noon.AddHours(1), Some.Lease)?.Attempt);
    }

    [Fact]
    public void A_retry_forgets_an_expiry_that_has_passed()
    {
        var expired = (Some.Queued() with { ExpiresAt = Some.Noon }).Expire(Some.Noon, Some.Expired)!;

        var retried = expired.Retry(Some.Noon.AddHours(1))!;

        Assert.Null(retried.ExpiresAt);
        Assert.NotNull(retried.Claim(Some.Noon.AddHours(2), Some.Lease));
    }

    [Fact]
    public void A_retry_keeps_an_expiry_that_is_still_to_come()
    {
        var cancelled = (Some.Queued() with { ExpiresAt = Some.Noon.AddHours(2) }).RequestCancel(Some.Noon, Some.Rules.Cancelled)!;

        Assert.Equal(Some.Noon.AddHours(2), cancelled.Retry(Some.Noon.AddHours(1))?.ExpiresAt);
    }
}
