using CloudController.Jobs.Callbacks;
using CloudController.Jobs.Storage;

namespace CloudController.Jobs.StoreConformance;

/// <summary>Whatever ends a job, its end is told until it is taken, by one node at a time.</summary>
public abstract class CallbackConformance(IStoreFixture fixture) : StoreConformance(fixture)
{
    private static readonly JobCallback Somewhere = new("https://Receiver.example.com/hook?key=1", "https://jobs.example.com");

    [Fact]
    public async Task Every_kind_of_end_is_due_at_once()
    {
        var expiring = await SubmitAsync(SomeCallbackJob() with { ExpiresAt = Now.AddSeconds(5) });
        var waiting = await SubmitAsync(SomeCallbackJob());
        await Store.CancelAsync(waiting, Cancellation);
        var finished = await RunAsync(Some.Finished, SomeCallbackJob("app.finish"));
        var withResult = await StartAsync(SomeCallbackJob("app.result"));
        await SettleAsync(Ending(withResult, Some.Finished) with { Result = "{}"u8.ToArray() });
        var failed = await RunAsync(Some.Failed, SomeCallbackJob("app.fail"));
        var timedOut = await StartAsync(SomeCallbackJob("app.timeout") with { Timeout = TimeSpan.FromSeconds(10) });
        var cancelled = await StartAsync(SomeCallbackJob("app.cancel"));
        await Store.CancelAsync(cancelled.Job.Guid, Cancellation);
        Assert.Equal(SettleResult.Cancelled, await SettleAsync(Ending(cancelled, new RunEnd.Cancelled())));
        await PassAsync(TimeSpan.FromSeconds(10));
        await RescueAsync();

        var due = await ClaimCallbacksAsync();

        Assert.Equal(
            new[] { expiring, waiting, finished, withResult.Job.Guid, failed, timedOut.Job.Guid, cancelled.Job.Guid }.Order(),
            due.Select(callback => callback.Job.Guid).Order());
        Assert.All(due, callback => Assert.True(callback.Job.Lifecycle.Phase.IsTerminal()));
    }

    [Fact]
    public async Task An_end_without_callback_and_a_job_that_goes_on_are_never_due()
    {
        await RunAsync(Some.Finished);
        await RunAsync(Some.Failed, SomeCallbackJob("app.retry") with { MaxAttempts = 2 });
        await RunAsync(Some.Polled, SomeCallbackJob("app.poll"));
        await StartAsync(SomeCallbackJob("app.run"));
        await SubmitAsync(SomeCallbackJob());

        Assert.Empty(await ClaimCallbacksAsync());
    }

    [Fact]
    public async Task A_due_end_comes_with_its_whole_job()
    {
        var run = await StartAsync(SomeCallbackJob() with { Arguments = new byte[20_000], Metadata = Some.Labels(("a", "b")) });
        await SettleAsync(Ending(run, Some.Finished) with { Result = new byte[20_000] });

        var due = Assert.Single(await ClaimCallbacksAsync());

        Assert.Equal(Somewhere, due.Job.Callback);
        Assert.Equal("receiver.example.com", due.Job.Callback!.Host);
        Assert.Equal(0, due.End);
        Assert.Equal(Now + Lease, due.ClaimedUntil);
        JobAssert.Same(await FindAsync(run.Job.Guid), due.Job);
    }

    [Fact]
    public async Task What_was_claimed_is_due_again_only_once_its_lease_is_over()
    {
        await RunAsync(Some.Finished, SomeCallbackJob());
        var first = Assert.Single(await ClaimCallbacksAsync());
        Clock.Advance(Lease - TimeSpan.FromMilliseconds(1));
        Assert.Empty(await ClaimCallbacksAsync());
        Clock.Advance(TimeSpan.FromMilliseconds(1));

        var second = Assert.Single(await ClaimCallbacksAsync());

        Assert.Equal(first.Job.Guid, second.Job.Guid);
        Assert.False(await RecordAsync(first, CallbackOutcome.NotReached, TimeSpan.Zero));
        Assert.True(await RecordAsync(second, CallbackOutcome.Delivered));
    }

    [Fact]
    public async Task Nodes_at_once_never_claim_the_same_end()
    {
        for (var index = 0; index < 40; index++)
        {
            await RunAsync(Some.Finished, SomeCallbackJob());
        }

        var claims = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => ClaimCallbacksAsync(limit: 5), Cancellation)));

        Assert.Equal(40, claims.SelectMany(claim => claim).DistinctBy(callback => callback.Job.Guid).Count());
        Assert.Equal(40, claims.Sum(claim => claim.Count));
    }

    [Fact]
    public async Task What_was_delivered_is_never_due_again()
    {
        var job = await RunAsync(Some.Finished, SomeCallbackJob());
        var due = Assert.Single(await ClaimCallbacksAsync());

        Assert.True(await RecordAsync(due, CallbackOutcome.Delivered));

        Clock.Advance(TimeSpan.FromDays(2));
        Assert.Empty(await ClaimCallbacksAsync());
        Assert.Equal([new CallbackDelivery(0, CallbackOutcome.Delivered, 200, 1, due.Job.Lifecycle.FinishedAt!.Value)], (await FindAsync(job)).Callbacks);
    }

    [Fact]
    public async Task Who_follows_the_job_hears_what_became_of_it()
    {
        var job = await RunAsync(Some.Finished, SomeCallbackJob());
        var due = Assert.Single(await ClaimCallbacksAsync());
        using var watch = Signals.Watch(job);
        var changed = watch.NextChange;

        await RecordAsync(due, CallbackOutcome.Delivered);

        // Told after the commit, by whoever commits: whom the commit answers may be first.
        await changed.WaitAsync(TimeSpan.FromSeconds(60), Cancellation);
    }

    [Fact]
    public async Task What_was_not_taken_is_due_again_when_its_delay_is_over()
    {
        var job = await RunAsync(Some.Finished, SomeCallbackJob());
        await RecordAsync(Assert.Single(await ClaimCallbacksAsync()), CallbackOutcome.NotReached, TimeSpan.FromMinutes(2));
        Clock.Advance(TimeSpan.FromMinutes(2) - TimeSpan.FromMilliseconds(1));
        Assert.Empty(await ClaimCallbacksAsync());
        Clock.Advance(TimeSpan.FromMilliseconds(1));

        var again = Assert.Single(await ClaimCallbacksAsync());

        Assert.Equal((await FindAsync(job)).Callbacks, again.Job.Callbacks);
        Assert.Equal(CallbackOutcome.NotReached, Assert.Single(again.Job.Callbacks).Outcome);
    }

    [Fact]
    public async Task A_retried_jobs_next_end_is_another_one()
    {
        var job = await RunAsync(Some.Failed, SomeCallbackJob());
        await RecordAsync(Assert.Single(await ClaimCallbacksAsync()), CallbackOutcome.Delivered);
        await Store.RetryAsync(job, Cancellation);
        Assert.Empty(await ClaimCallbacksAsync());
        await EndAsync(await ClaimOneOwnAsync(), Some.Finished);

        var next = Assert.Single(await ClaimCallbacksAsync());

        Assert.Equal(1, next.End);
        Assert.Equal(0, Assert.Single(next.Job.Callbacks).End);
    }

    [Fact]
    public async Task A_job_that_was_retried_while_its_end_was_told_keeps_what_came_of_it_and_its_next_end_is_due()
    {
        var job = await RunAsync(Some.Failed, SomeCallbackJob());
        var first = Assert.Single(await ClaimCallbacksAsync());
        await Store.RetryAsync(job, Cancellation);

        Assert.True(await RecordAsync(first, CallbackOutcome.Delivered));

        Assert.Single((await FindAsync(job)).Callbacks);
        await EndAsync(await ClaimOneOwnAsync(), Some.Finished);
        Assert.Equal(1, Assert.Single(await ClaimCallbacksAsync()).End);
    }

    [Fact]
    public async Task What_became_of_an_earlier_end_does_not_settle_the_next_one()
    {
        var job = await RunAsync(Some.Failed, SomeCallbackJob());
        var first = Assert.Single(await ClaimCallbacksAsync());
        await Store.RetryAsync(job, Cancellation);
        await EndAsync(await ClaimOneOwnAsync(), Some.Finished);

        // At the same instant, so that only the end's number tells the claims apart.
        var next = Assert.Single(await ClaimCallbacksAsync());

        Assert.Equal(first.ClaimedUntil, next.ClaimedUntil);
        Assert.False(await RecordAsync(first, CallbackOutcome.Delivered));
        Assert.True(await RecordAsync(next, CallbackOutcome.Delivered));
    }

    [Fact]
    public async Task Those_due_longest_come_first_without_those_of_excepted_hosts()
    {
        var elsewhere = new JobCallback("http://slow.example.com:8080/", "https://jobs.example.com");
        await RunAsync(Some.Finished, SomeCallbackJob() with { Callback = elsewhere });
        var early = await RunAsync(Some.Finished, SomeCallbackJob());
        await RecordAsync(Assert.Single(await ClaimCallbacksAsync(except: "slow.example.com")), CallbackOutcome.NotReached, TimeSpan.FromSeconds(1));
        var late = await RunAsync(Some.Finished, SomeCallbackJob());
        await RecordAsync(Assert.Single(await ClaimCallbacksAsync(except: "slow.example.com")), CallbackOutcome.NotReached, TimeSpan.FromSeconds(2));
        Clock.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal([early], (await ClaimCallbacksAsync(limit: 1, except: "slow.example.com")).Select(callback => callback.Job.Guid));
        Assert.Equal([late], (await ClaimCallbacksAsync(except: "slow.example.com")).Select(callback => callback.Job.Guid));
        Assert.Equal(elsewhere, Assert.Single(await ClaimCallbacksAsync(except: "receiver.example.com")).Job.Callback);
    }

    [Fact]
    public async Task A_forgotten_job_is_told_nowhere()
    {
        var job = await RunAsync(Some.Finished, SomeCallbackJob());
        var due = Assert.Single(await ClaimCallbacksAsync());
        await Store.DeleteAsync(job, Cancellation);
        Clock.Advance(Lease);

        Assert.Empty(await ClaimCallbacksAsync());
        Assert.False(await RecordAsync(due, CallbackOutcome.Delivered));
    }

    [Fact]
    public async Task What_is_due_and_what_was_told_outlive_the_process()
    {
        var told = await RunAsync(Some.Finished, SomeCallbackJob("app.told"));
        await RecordAsync(Assert.Single(await ClaimCallbacksAsync()), CallbackOutcome.Delivered);
        var due = await RunAsync(Some.Finished, SomeCallbackJob("app.due"));

        await ReopenAsync();

        Assert.Equal([due], (await ClaimCallbacksAsync()).Select(callback => callback.Job.Guid));
        Assert.Single((await FindAsync(told)).Callbacks);
    }

    [Fact]
    public async Task Of_owners_that_are_not_wanted_none_is_leased()
    {
        var (one, other) = (new JobOwner("https://uaa.example.com", "one"), new JobOwner("https://uaa.example.com", "other"));
        foreach (var owner in (JobOwner[])[one, one, other])
        {
            var job = SomeCallbackJob() with { Owner = owner };
            await SubmitAsync(job);
            await Store.CancelAsync(job.Guid, Cancellation);
        }

        var (sameIssuer, sameSubject) = (new JobOwner(one.Issuer, "nobody"), new JobOwner("https://elsewhere.example.com", other.Subject));
        var due = await Store.ClaimCallbacksAsync(100, Lease, [], [one, sameIssuer, sameSubject], Cancellation);

        Assert.Equal([other], due.Select(callback => callback.Job.Owner));
        Assert.Equal([one, one], (await ClaimCallbacksAsync()).Select(callback => callback.Job.Owner));
    }

    private NewJob SomeCallbackJob(string operation = "app.delete") => SomeJob(operation) with { Callback = Somewhere };

    private async Task<ClaimedJob> ClaimOneOwnAsync() => Assert.Single(await ClaimAsync(queues: ["own"]));

    private Task<IReadOnlyList<DueCallback>> ClaimCallbacksAsync(int limit = 100, params string[] except) =>
        Store.ClaimCallbacksAsync(limit, Lease, except, [], Cancellation);

    private Task<bool> RecordAsync(DueCallback callback, CallbackOutcome outcome, TimeSpan? again = null)
    {
        var delivery = new CallbackDelivery(callback.End, outcome, outcome == CallbackOutcome.Delivered ? 200 : null, 1, callback.Job.Lifecycle.FinishedAt!.Value);
        return Store.RecordCallbackAsync(new CallbackRecord(callback, [.. callback.Job.Callbacks, delivery], again), Cancellation);
    }
}
