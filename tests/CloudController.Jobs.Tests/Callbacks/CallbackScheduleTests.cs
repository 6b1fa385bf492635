using CloudController.Jobs.Callbacks;
using CloudController.Jobs.Storage;

namespace CloudController.Jobs.Tests.Callbacks;

/// <summary>Contract §5: retried for a day with backoff.</summary>
public sealed class CallbackScheduleTests
{
    private static readonly DateTimeOffset Ended = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly CallbackAnswer NotReached = new(CallbackOutcome.NotReached, null);

    [Fact]
    public void An_end_that_is_never_taken_is_told_for_a_day_at_growing_distances()
    {
        var (callback, now, delays) = (SomeEnd(), Ended, new List<double>());
        while (CallbackSchedule.After(callback, NotReached, now, random: 0.5) is var record)
        {
            if (record.Again is not { } again)
                break;

            delays.Add(again.TotalSeconds);
            now += again;
            callback = callback with { Job = callback.Job with { Callbacks = record.Callbacks } };
        }

        // 5 s, three times as long each time, at most four hours.
        Assert.Equal([5, 15, 45, 135, 405, 1215, 3645, 10935, 14400, 14400, 14400, 14400], delays);
        Assert.InRange(now - Ended, TimeSpan.FromHours(20), TimeSpan.FromDays(1));
    }

    [Theory]
    [InlineData(CallbackOutcome.Delivered, 204, false)]
    [InlineData(CallbackOutcome.Refused, 410, false)]
    [InlineData(CallbackOutcome.Refused, 404, true)]
    [InlineData(CallbackOutcome.Refused, 301, true)]
    [InlineData(CallbackOutcome.Refused, 500, true)]
    [InlineData(CallbackOutcome.NotReached, null, true)]
    public void Only_what_was_taken_or_will_never_be_is_not_told_again(CallbackOutcome outcome, int? status, bool again)
    {
        var record = CallbackSchedule.After(SomeEnd(), new CallbackAnswer(outcome, status), Ended, random: 0.5);

        Assert.Equal(again, record.Again is not null);
        Assert.Equal([new CallbackDelivery(0, outcome, status, 1, Ended)], record.Callbacks);
    }

    [Theory]
    [InlineData(1, 5)] // sooner than the first delay, which holds
    [InlineData(600, 600)]
    [InlineData(100_000, 14_400)] // the longest delay is the most that anyone may ask for
    public void A_receiver_that_asks_for_time_is_given_it(int asked, int given)
    {
        var answer = new CallbackAnswer(CallbackOutcome.Refused, 503) { RetryAfter = TimeSpan.FromSeconds(asked) };

        var record = CallbackSchedule.After(SomeEnd(), answer, Ended, random: 0.5);

        Assert.Equal(TimeSpan.FromSeconds(given), record.Again);
    }

    [Fact]
    public void Tries_are_counted_for_each_end()
    {
        var refused = new CallbackDelivery(0, CallbackOutcome.Refused, 500, 3, Ended);

        var same = CallbackSchedule.After(SomeEnd(refused), NotReached, Ended.AddMinutes(1), random: 0);
        var next = CallbackSchedule.After(SomeEnd(refused) with { End = 1 }, NotReached, Ended.AddMinutes(1), random: 0);

        Assert.Equal([new CallbackDelivery(0, CallbackOutcome.NotReached, null, 4, Ended.AddMinutes(1))], same.Callbacks);
        Assert.Equal([refused, new CallbackDelivery(1, CallbackOutcome.NotReached, null, 1, Ended.AddMinutes(1))], next.Callbacks);
    }

    [Fact]
    public void The_last_twenty_ends_are_remembered()
    {
        var earlier = Enumerable.Range(0, 20).Select(end => new CallbackDelivery(end, CallbackOutcome.Delivered, 200, 1, Ended)).ToArray();

        var record = CallbackSchedule.After(SomeEnd(earlier) with { End = 20 }, NotReached, Ended, random: 0);

        Assert.Equal(Enumerable.Range(1, 20), record.Callbacks.Select(callback => callback.End));
    }

    private static DueCallback SomeEnd(params CallbackDelivery[] told)
    {
        var job = Job.From(new NewJob { Guid = JobGuid.New(Ended), CreatedAt = Ended, Operation = "app.delete", Owner = JobOwner.Application });
        return new DueCallback(
            job with { Callbacks = told, Lifecycle = job.Lifecycle with { Phase = JobPhase.Finished, FinishedAt = Ended } }, End: 0, Ended.AddSeconds(30));
    }
}
