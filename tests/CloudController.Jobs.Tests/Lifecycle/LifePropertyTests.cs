using System.Collections.Concurrent;
using CsCheck;

namespace CloudController.Jobs.Tests.Lifecycle;

/// <summary>What holds in every life of every job, whatever happens to it in whatever order (contract §4 and §5).</summary>
public sealed class LifePropertyTests
{
    private const int Lives = 2_000;

    [Fact]
    public void Only_a_retry_by_hand_leaves_a_terminal_phase() => EachStep(step =>
    {
        if (!step.Before.Phase.IsTerminal() || step.Move is Move.Retry)
        {
            return;
        }

        // Cancelling what is cancelled is accepted and changes nothing.
        Assert.IsType<Move.Cancel>(step.Move);
        Assert.Equal(JobPhase.Cancelled, step.Before.Phase);
        Assert.Same(step.Before, step.After);
    });

    [Fact]
    public void A_run_number_rises_by_one_at_each_claim_and_at_nothing_else() => EachStep(step =>
        Assert.Equal(step.Before.Run + (step.Move is Move.Claim ? 1 : 0), step.After.Run));

    [Fact]
    public void Only_failing_and_timing_out_spend_an_attempt_and_just_one() => EachStep(step =>
    {
        var fails = step.Move is Move.End { How: RunEnd.Failed or RunEnd.TimedOut } && step.Before.CancelRequestedAt is null;
        Assert.Equal(step.Before.AttemptsSpent + (fails ? 1 : 0), step.After.AttemptsSpent);
    });

    [Fact]
    public void No_more_attempts_are_spent_than_allowed() => EachStep(step =>
        Assert.InRange(step.After.AttemptsSpent, 0, step.After.AttemptsAllowed));

    [Fact]
    public void Attempt_numbers_never_fall_from_claim_to_claim() => EachLife(steps =>
    {
        var numbers = steps.Where(step => step.Move is Move.Claim).Select(step => step.After.Attempt).ToList();
        Assert.Equal(numbers.Order(), numbers);
        Assert.All(numbers, number => Assert.True(number >= 1));
    });

    [Fact]
    public void The_attempt_is_zero_until_the_first_claim() => EachStep(step =>
    {
        if (step.After.Run == 0)
        {
            Assert.Equal(0, step.After.Attempt);
        }
    });

    [Fact]
    public void What_runs_or_polls_is_in_the_attempt_after_those_spent() => EachStep(step =>
    {
        if (step.After.Phase is JobPhase.Running or JobPhase.Polling or JobPhase.PollDue)
        {
            Assert.Equal(step.After.AttemptsSpent + 1, step.After.Attempt);
        }
    });

    [Fact]
    public void A_failed_state_always_has_an_error_and_a_complete_one_never() => EachStep(step =>
    {
        switch (step.After.Phase.StateName())
        {
            case "FAILED":
                Assert.NotEmpty(step.After.Errors);
                break;
            case "COMPLETE" or "POLLING":
                Assert.Empty(step.After.Errors);
                break;
        }
    });

    [Fact]
    public void Errors_show_only_in_a_failed_phase_or_while_a_retry_is_due() => EachStep(step =>
    {
        if (step.After.Errors.Count > 0)
        {
            var retryIsDue = step.After.Phase is JobPhase.Queued or JobPhase.Scheduled && step.After.AttemptsSpent > 0;
            Assert.True(retryIsDue || step.After.Phase.StateName() == "FAILED");
        }
    });

    [Fact]
    public void It_has_finished_exactly_in_a_terminal_phase() => EachStep(step =>
        Assert.Equal(step.After.Phase.IsTerminal(), step.After.FinishedAt is not null));

    [Fact]
    public void It_has_a_lease_exactly_while_it_runs() => EachStep(step =>
        Assert.Equal(step.After.Phase == JobPhase.Running, step.After.LeaseExpiresAt is not null));

    [Fact]
    public void What_waits_is_not_asked_to_stop() => EachStep(step =>
    {
        if (step.After.CancelRequestedAt is not null)
        {
            Assert.True(step.After.Phase is JobPhase.Running || step.After.Phase.IsTerminal());
        }
    });

    [Fact]
    public void A_claimable_job_is_one_whose_time_has_come() => EachStep(step =>
    {
        if (step.After.Phase.IsClaimable())
        {
            Assert.True(step.After.RunAt <= step.Now);
        }
        else if (step.Move is Move.End && !step.After.Phase.IsTerminal())
        {
            Assert.True(step.After.RunAt > step.Now);
        }
    });

    [Fact]
    public void No_end_is_accepted_of_what_does_not_run() => Gen.Select(Life.Any, Life.Ends).Sample((life, end) =>
    {
        Assert.All(life.Play(), step =>
        {
            if (step.After.Phase != JobPhase.Running)
            {
                Assert.Null(step.After.End(end, step.Now, life.Rules));
            }
        });
    }, iter: Lives);

    [Fact]
    public void Once_asked_to_stop_a_run_ends_finished_or_cancelled() => EachStep(step =>
    {
        if (step.Move is Move.End end && step.Before.CancelRequestedAt is not null)
        {
            Assert.Equal(end.How is RunEnd.Finished ? JobPhase.Finished : JobPhase.Cancelled, step.After.Phase);
        }
    });

    [Fact]
    public void A_job_fails_at_the_lost_run_that_is_one_too_many_in_a_row() => Life.Any.Sample(life =>
    {
        var inRow = 0;
        foreach (var step in life.Play())
        {
            switch (step.Move)
            {
                case Move.End { How: RunEnd.Lost { Counts: true } } when step.Before.CancelRequestedAt is null:
                    inRow++;
                    Assert.Equal(inRow >= life.Rules.MaxLostRuns, step.After.Phase == JobPhase.Failed);
                    break;
                case Move.End { How: RunEnd.Lost { Counts: false } } when step.Before.CancelRequestedAt is null:
                    Assert.False(step.After.Phase.IsTerminal());
                    break;
                case Move.End or Move.Retry:
                    inRow = 0;
                    break;
            }
        }
    }, iter: Lives);

    [Fact]
    public void The_lives_tried_here_come_through_every_phase_by_every_move()
    {
        var seen = new ConcurrentDictionary<(JobPhase, Type), bool>();
        EachStep(step => seen.TryAdd((step.After.Phase, step.Move is Move.End end ? end.How.GetType() : step.Move.GetType()), true));

        Assert.Equal(Enum.GetValues<JobPhase>().Order(), seen.Keys.Select(key => key.Item1).Distinct().Order());
        Assert.Equal(5 + 7, seen.Keys.Select(key => key.Item2).Distinct().Count()); // moves but for End, and the ends of a run
    }

    private static void EachStep(Action<Step> holds) => Life.Any.Sample(life => Assert.All(life.Play(), holds), iter: Lives);

    private static void EachLife(Action<IReadOnlyList<Step>> holds) => Life.Any.Sample(life => holds(life.Play()), iter: Lives);
}
