using CloudController.Jobs.Storage;

namespace CloudController.Jobs.PostgreSql.Tests;

/// <summary>Whoever waits for too long for a submission to be kept is told so. The time is real, and nothing here depends on how fast it passes.</summary>
public sealed class SubmitPatienceTests
{
    // A safety net only: what is awaited comes within seconds or never.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Who_has_waited_for_too_long_is_told_so()
    {
        SubmitOperation[] waiting = [Submission(), Submission()];
        await using var patience = new SubmitPatience(() => waiting, TimeSpan.Zero);

        patience.Begin();

        foreach (var one in waiting)
        {
            await IsToldAsync(one);
        }
    }

    [Fact]
    public async Task Who_may_wait_for_longer_than_until_the_first_look_is_looked_at_again()
    {
        var waiting = Submission();
        await using var patience = new SubmitPatience(() => [waiting], TimeSpan.FromMilliseconds(600));

        patience.Begin();

        await IsToldAsync(waiting);
    }

    [Fact]
    public async Task Who_comes_amid_a_look_is_looked_at_next()
    {
        var (first, second) = (Submission(), Submission());
        SubmitPatience? patience = null;
        var looks = 0;
        await using var owned = patience = new SubmitPatience(Pending, TimeSpan.Zero);

        patience.Begin();

        await IsToldAsync(first);
        await IsToldAsync(second);

        IEnumerable<SubmitOperation> Pending()
        {
            if (Interlocked.Increment(ref looks) > 1)
            {
                return [second];
            }

            patience!.Begin();
            return [first];
        }
    }

    [Fact]
    public async Task Who_was_answered_meanwhile_keeps_the_answer()
    {
        var (answered, waiting) = (Submission(), Submission());
        var answer = new Submission.TooManyOpen(1);
        answered.Complete(answer);
        await using var patience = new SubmitPatience(() => [answered, waiting], TimeSpan.Zero);

        patience.Begin();

        await IsToldAsync(waiting);
        Assert.Same(answer, await answered.Task);
    }

    private static SubmitOperation Submission()
    {
        var now = TimeProvider.System.GetUtcNow();
        return new SubmitOperation(
            [new NewJob { Guid = JobGuid.New(now), CreatedAt = now, Operation = "app.delete", Owner = JobOwner.Application }], int.MaxValue, Cancellation);
    }

    private static async Task IsToldAsync(SubmitOperation operation) =>
        Assert.Equal(
            "The store took too long to keep what was submitted.",
            (await Assert.ThrowsAsync<StoreUnavailableException>(() => operation.Task.WaitAsync(Patience, Cancellation))).Message);
}
