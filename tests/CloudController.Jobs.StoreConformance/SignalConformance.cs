using System.Collections.Concurrent;
using CloudController.Jobs.Storage;

namespace CloudController.Jobs.StoreConformance;

/// <summary>Stores tell of every commit, after it.</summary>
public abstract class SignalConformance(IStoreFixture fixture) : StoreConformance(fixture)
{
    // A safety net only: what is awaited comes within milliseconds or never.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>What changes a job that someone follows.</summary>
    public static TheoryData<string> Changes { get; } =
    [
        "submitted", "claimed", "finished", "failed", "progress", "warning", "cancelled", "asked to stop", "retried", "deleted", "promoted",
        "expired", "cancelled with others", "retried with others",
    ];

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task Whoever_follows_a_job_is_woken_when_it_changes(string change)
    {
        var job = SomeJob();
        var act = await PrepareAsync(job, change);
        await AllToldAsync();
        using var watch = Signals.Watch(job.Guid);
        var next = watch.NextChange;

        await act();

        await next.WaitAsync(Patience, Cancellation);
    }

    [Fact]
    public async Task A_change_is_in_the_store_before_it_is_told()
    {
        var seen = new ConcurrentQueue<Task<JobStatus?>>();
        using var subscription = Signals.OnJobChanged(changed =>
            seen.Enqueue(Task.Run(async () => await Store.FindStatusAsync(changed, Cancellation))));

        var job = await SubmitAsync(SomeJob());
        await Signalled(seen, 1);
        Assert.Equal(job, (await seen.Last())?.Guid);

        await EndAsync(await ClaimOneAsync(), Some.Finished);
        await Signalled(seen, 3);
        Assert.Equal(JobPhase.Finished, (await seen.Last())?.Phase);
    }

    [Fact]
    public async Task Who_begins_to_follow_while_a_change_is_being_committed_does_not_miss_it()
    {
        foreach (var job in SomeJobs(30))
        {
            await SubmitAsync(job);
            var cancelling = Store.CancelAsync(job.Guid, Cancellation);

            using (var watch = Signals.Watch(job.Guid))
            {
                var next = watch.NextChange;
                while ((await Store.FindStatusAsync(job.Guid, Cancellation))?.Phase != JobPhase.Cancelled)
                {
                    await next.WaitAsync(Patience, Cancellation);
                    next = watch.NextChange;
                }
            }

            await cancelling;
        }
    }

    [Fact]
    public async Task Nobody_is_woken_by_what_changed_nothing()
    {
        var run = await StartAsync();
        var stale = Ending(run, Some.Failed);
        await EndAsync(run, Some.Finished);
        await AllToldAsync();
        var told = 0;
        using var watch = Signals.Watch(run.Job.Guid);
        using var subscription = Signals.OnJobChanged(changed =>
        {
            if (changed == run.Job.Guid)
            {
                Interlocked.Increment(ref told);
            }
        });

        // A store that looks for itself now and then tells once of a job that it has not looked at before: more comes of what is done twice.
        for (var times = 0; times < 2; times++)
        {
            await SettleAsync(stale);
            await HeartbeatAsync(run, Some.Report(1));
            await Store.CancelAsync(run.Job.Guid, Cancellation);
            await Store.RetryAsync(run.Job.Guid, Cancellation);
            await SubmitAsync(SomeJob());
            await AllToldAsync();
        }

        Assert.InRange(Volatile.Read(ref told), 0, 1);
    }

    [Theory]
    [InlineData("submitted")]
    [InlineData("resumed")]
    [InlineData("promoted")]
    [InlineData("retried")]
    [InlineData("released")]
    public async Task Workers_are_woken_when_there_is_something_to_claim(string how)
    {
        var act = await PrepareWorkAsync(how);
        await AllToldAsync();
        var appeared = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Signals.WorkAppeared += () => appeared.TrySetResult();

        await act();

        await appeared.Task.WaitAsync(Patience, Cancellation);
        Assert.NotEmpty(await ClaimAsync());
    }

    [Theory]
    [InlineData("scheduled")]
    [InlineData("polled")]
    [InlineData("retry due")]
    [InlineData("expires")]
    public async Task What_is_put_off_is_told_with_its_time(string how)
    {
        var told = new TaskCompletionSource<DateTimeOffset>(TaskCreationOptions.RunContinuationsAsynchronously);
        Signals.FallsDue += at =>
        {
            // A store that hears of others begins with "now".
            if (at > Now)
            {
                told.TrySetResult(at);
            }
        };

        switch (how)
        {
            case "scheduled":
                await SubmitAsync(SomeJob() with { RunAt = Now.AddSeconds(9) });
                break;
            case "polled":
                await RunAsync(new RunEnd.Polled(TimeSpan.FromSeconds(9)));
                break;
            case "retry due":
                await RunAsync(new RunEnd.Failed([Some.Error]) { RetryAt = Now.AddSeconds(9) }, SomeJob() with { MaxAttempts = 2 });
                break;
            case "expires":
                await SubmitAsync(SomeJob() with { ExpiresAt = Now.AddSeconds(9) });
                break;
        }

        Assert.Equal(Now.AddSeconds(9), await told.Task.WaitAsync(Patience, Cancellation));
    }

    private async Task<Func<Task>> PrepareAsync(NewJob job, string change)
    {
        switch (change)
        {
            case "submitted":
                return () => SubmitAsync(job);
            case "claimed":
                await SubmitAsync(job);
                return ClaimOneAsync;
            case "finished" or "failed":
                var ending = await StartAsync(job);
                return () => EndAsync(ending, change == "failed" ? Some.Failed : Some.Finished);
            case "progress" or "warning":
                var reporting = await StartAsync(job);
                return () => HeartbeatAsync(reporting, change == "progress" ? Some.Report(1) : Some.Report(warnings: ["w"]));
            case "cancelled":
                await SubmitAsync(job);
                return () => Store.CancelAsync(job.Guid, Cancellation);
            case "asked to stop":
                await StartAsync(job);
                return () => Store.CancelAsync(job.Guid, Cancellation);
            case "retried":
                await RunAsync(Some.Failed, job);
                return () => Store.RetryAsync(job.Guid, Cancellation);
            case "deleted":
                await RunAsync(Some.Failed, job);
                return () => Store.DeleteAsync(job.Guid, Cancellation);
            case "promoted":
                await SubmitAsync(job with { RunAt = Now.AddSeconds(1) });
                return () => PassAsync(TimeSpan.FromSeconds(1));
            case "expired":
                await SubmitAsync(job with { ExpiresAt = Now.AddSeconds(1) });
                return () => PassAsync(TimeSpan.FromSeconds(1));
            case "cancelled with others":
                await SubmitAsync(job);
                return () => Store.CancelManyAsync(JobFilter.None, 10, Cancellation);
            case "retried with others":
                await RunAsync(Some.Failed, job);
                return () => Store.RetryManyAsync(JobFilter.None, 10, Cancellation);
            default:
                throw new ArgumentOutOfRangeException(nameof(change), change, "Not a change.");
        }
    }

    private async Task<Func<Task>> PrepareWorkAsync(string how)
    {
        switch (how)
        {
            case "submitted":
                return () => SubmitAsync(SomeJob());
            case "resumed":
                await SubmitAsync(SomeJob());
                await Store.PauseQueueAsync("default", new QueuePause(Now, "admin", null), Cancellation);
                return () => Store.ResumeQueueAsync("default", Cancellation);
            case "promoted":
                await SubmitAsync(SomeJob() with { RunAt = Now.AddSeconds(1) });
                return () => PassAsync(TimeSpan.FromSeconds(1));
            case "retried":
                var failed = await RunAsync(Some.Failed);
                return () => Store.RetryAsync(failed, Cancellation);
            case "released":
                var run = await StartAsync();
                return () => EndAsync(run, Some.Released);
            default:
                throw new ArgumentOutOfRangeException(nameof(how), how, "Not a way.");
        }
    }

    // Signals follow their commits in the order of these, perhaps after the caller was answered: with a later one's, all earlier have come.
    private async Task AllToldAsync()
    {
        var last = SomeJob() with { RunAt = Now.AddDays(1) };
        using var watch = Signals.Watch(last.Guid);
        var told = watch.NextChange;
        await SubmitAsync(last);
        await told.WaitAsync(Patience, Cancellation);
    }

    // Signals may come from another thread than the one that awaited the verb.
    private static async Task Signalled(ConcurrentQueue<Task<JobStatus?>> seen, int count)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        patience.CancelAfter(Patience);
        while (seen.Count < count)
        {
            patience.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
