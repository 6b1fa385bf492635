using System.Text;
using CloudController.Jobs.Errors;
using CloudController.Jobs.Storage;
using Microsoft.Extensions.Time.Testing;

namespace CloudController.Jobs.Tests.Running;

public sealed class JobWorkerTests
{
    // The catalogue's row 100004, its template filled with 7.
    private static readonly JobError AppNotFound = ErrorCatalog.BuiltIn.TryCreate("AppNotFound", ["7"], out var error, out _) ? error : JobError.Unknown;

    [Fact]
    public async Task A_finished_run_leaves_its_result()
    {
        await using var engine = await EngineHost.StartAsync(new Script((_, _) => Task.FromResult(JobOutcome.Finished("{\"n\":1}"u8.ToArray()))));

        var job = await engine.EnqueueAsync();
        var done = await engine.UntilAsync(job.Guid, JobPhase.Finished);

        Assert.Equal("{\"n\":1}"u8, done.Result.Span);
        Assert.Equal((1, 1), (done.Lifecycle.Attempt, done.Lifecycle.Run));
        Assert.Empty(done.Lifecycle.Errors);
    }

    [Fact]
    public async Task A_failure_by_name_shows_the_catalogue_error()
    {
        await using var engine = await EngineHost.StartAsync(new Script((_, _) => Task.FromResult<JobOutcome>(JobOutcome.Failed("AppNotFound", 7))));

        var job = await engine.EnqueueAsync();
        var failed = await engine.UntilAsync(job.Guid, JobPhase.Failed);

        Assert.Equal([AppNotFound], failed.Lifecycle.Errors);
    }

    [Theory]
    [InlineData("NoSuchEntry")]
    [InlineData("AppNotFound")] // takes one argument, is given none
    public async Task A_failure_that_the_catalogue_does_not_have_is_unknown_outside_and_told_to_administrators(string name)
    {
        await using var engine = await EngineHost.StartAsync(new Script((_, _) => Task.FromResult<JobOutcome>(JobOutcome.Failed(name))));

        var job = await engine.EnqueueAsync();
        var failed = await engine.UntilAsync(job.Guid, JobPhase.Failed);

        Assert.Equal([JobError.Unknown], failed.Lifecycle.Errors);
        Assert.Contains(name, Assert.Single(await RunsAsync(engine, job)).Exception, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_handler_throws_is_unknown_outside_and_told_to_administrators()
    {
        await using var engine = await EngineHost.StartAsync(new Script((_, _) => throw new InvalidOperationException("the secret cause")));

        var job = await engine.EnqueueAsync();
        var failed = await engine.UntilAsync(job.Guid, JobPhase.Failed);

        Assert.Equal([JobError.Unknown], failed.Lifecycle.Errors);
        var run = Assert.Single(await RunsAsync(engine, job));
        Assert.Equal("failed", run.Outcome);
        Assert.Contains("the secret cause", run.Exception, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failed_attempt_is_retried_by_backoff_until_attempts_are_spent()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(50));
        await using var engine = await EngineHost.StartAsync(new Script((_, _) => Task.FromResult<JobOutcome>(JobOutcome.Failed("AppNotFound", 7))), time);

        var job = await engine.EnqueueAsync(new EnqueueOptions { MaxAttempts = 2, Backoff = new Backoff(10, 2, 100) });
        var waiting = await engine.UntilAsync(job.Guid, JobPhase.Scheduled);
        Assert.Equal([AppNotFound], waiting.Lifecycle.Errors);
        Assert.InRange(waiting.Lifecycle.RunAt - time.GetUtcNow(), TimeSpan.FromSeconds(8.4), TimeSpan.FromSeconds(11.6)); // 10 s, spread by 15 %

        time.Advance(TimeSpan.FromSeconds(12));
        var failed = await engine.UntilAsync(job.Guid, JobPhase.Failed);

        Assert.Equal((2, 2), (failed.Lifecycle.Attempt, failed.Lifecycle.Run));
        Assert.Equal([1, 2], (await RunsAsync(engine, job)).Select(run => run.Attempt));
    }

    [Fact]
    public async Task A_final_failure_is_not_retried()
    {
        await using var engine = await EngineHost.StartAsync(new Script((_, _) => Task.FromResult<JobOutcome>(JobOutcome.Failed("AppNotFound", 7).Final())));

        var job = await engine.EnqueueAsync(new EnqueueOptions { MaxAttempts = 5 });
        var failed = await engine.UntilAsync(job.Guid, JobPhase.Failed);

        Assert.Equal(1, failed.Lifecycle.Attempt);
    }

    [Fact]
    public async Task A_poll_goes_on_under_the_same_attempt()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(50));
        var script = new Script((job, _) => Task.FromResult(job.Run < 3 ? JobOutcome.PollAgain(TimeSpan.FromSeconds(30)) : JobOutcome.Finished()));
        await using var engine = await EngineHost.StartAsync(script, time);

        var job = await engine.EnqueueAsync();
        for (var poll = 1; poll <= 2; poll++)
        {
            await engine.UntilAsync(job.Guid, polling => polling.Lifecycle is { Phase: JobPhase.Polling } life && life.Run == poll);
            time.Advance(TimeSpan.FromSeconds(31));
        }

        var done = await engine.UntilAsync(job.Guid, JobPhase.Finished);
        Assert.Equal((1, 3), (done.Lifecycle.Attempt, done.Lifecycle.Run));
    }

    [Fact]
    public async Task A_job_that_falls_due_before_its_timer_is_set_is_not_slept_over()
    {
        var delay = TimeSpan.FromMilliseconds(700); // less than the second after which it looks in any case
        var time = new StallingClock(DateTimeOffset.UnixEpoch.AddYears(50), stallsAt: delay);
        await using var engine = await EngineHost.StartAsync(new Script((_, _) => Task.FromResult(JobOutcome.Finished())), time);

        var job = await engine.EnqueueAsync(new EnqueueOptions { RunAt = time.GetUtcNow() + delay });

        await engine.UntilAsync(job.Guid, JobPhase.Finished);
    }

    [Fact]
    public async Task A_running_job_that_is_cancelled_stops_and_is_cancelled()
    {
        var started = new TaskCompletionSource();
        var script = new Script(async (_, stopping) =>
        {
            started.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, stopping);
            return JobOutcome.Finished();
        });
        await using var engine = await EngineHost.StartAsync(script);

        var job = await engine.EnqueueAsync();
        await started.Task;
        var asked = await engine.Store.CancelAsync(job.Guid, TestContext.Current.CancellationToken);
        var cancelled = await engine.UntilAsync(job.Guid, JobPhase.Cancelled);

        Assert.True(asked.Accepted);
        Assert.Equal("CF-JobCancelled", Assert.Single(cancelled.Lifecycle.Errors).Title);
    }

    [Fact]
    public async Task A_completion_that_still_comes_after_a_cancel_counts()
    {
        var started = new TaskCompletionSource();
        var script = new Script(async (_, stopping) =>
        {
            started.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return JobOutcome.Finished();
        });
        await using var engine = await EngineHost.StartAsync(script);

        var job = await engine.EnqueueAsync();
        await started.Task;
        await engine.Store.CancelAsync(job.Guid, TestContext.Current.CancellationToken);

        await engine.UntilAsync(job.Guid, JobPhase.Finished);
    }

    [Fact]
    public async Task A_run_that_heeds_its_timeout_times_out()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(50));
        var started = new TaskCompletionSource();
        var script = new Script(async (_, stopping) =>
        {
            started.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, stopping);
            return JobOutcome.Finished();
        });
        await using var engine = await EngineHost.StartAsync(script, time);

        var job = await engine.EnqueueAsync(new EnqueueOptions { Timeout = TimeSpan.FromSeconds(20) });
        await started.Task;
        time.Advance(TimeSpan.FromSeconds(21));

        var failed = await engine.UntilAsync(job.Guid, JobPhase.Failed);
        Assert.Equal("CF-JobTimeout", Assert.Single(failed.Lifecycle.Errors).Title);
        Assert.Equal("timed_out", Assert.Single(await RunsAsync(engine, job)).Outcome);
    }

    [Fact]
    public async Task A_run_that_ignores_its_timeout_is_ended_and_what_it_returns_later_changes_nothing()
    {
        var started = new TaskCompletionSource();
        var release = new TaskCompletionSource();
        var returned = new TaskCompletionSource();
        var script = new Script(async (_, _) =>
        {
            started.SetResult();
            await release.Task;
            returned.SetResult();
            return JobOutcome.Finished();
        });
        await using var engine = await EngineHost.StartAsync(script);

        var job = await engine.EnqueueAsync(new EnqueueOptions { Timeout = TimeSpan.FromSeconds(1) });
        await started.Task;
        var failed = await engine.UntilAsync(job.Guid, JobPhase.Failed);
        release.SetResult();
        await returned.Task;
        await engine.StopAsync();

        Assert.Equal("CF-JobTimeout", Assert.Single(failed.Lifecycle.Errors).Title);
    }

    [Fact]
    public async Task A_drain_lets_running_jobs_finish()
    {
        var started = new TaskCompletionSource();
        var finish = new TaskCompletionSource();
        var script = new Script(async (_, _) =>
        {
            started.SetResult();
            await finish.Task;
            return JobOutcome.Finished();
        });
        await using var engine = await EngineHost.StartAsync(script);
        var job = await engine.EnqueueAsync();
        await started.Task;

        var ended = engine.UntilAsync(job.Guid, JobPhase.Finished);
        var stopping = engine.StopAsync();
        finish.SetResult();
        await stopping;

        Assert.Equal(1, (await ended).Lifecycle.Attempt);
    }

    [Fact]
    public async Task A_job_that_outlasts_the_drain_goes_back_to_its_queue_without_losing_an_attempt()
    {
        var started = new TaskCompletionSource();
        var script = new Script(async (_, stopping) =>
        {
            started.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, stopping);
            return JobOutcome.Finished();
        });
        await using var engine = await EngineHost.StartAsync(script, settings: new() { ["Worker:DrainTimeoutSeconds"] = "0" });
        var job = await engine.EnqueueAsync();
        await started.Task;

        var returned = engine.UntilAsync(job.Guid, JobPhase.Queued);
        await engine.StopAsync();

        var life = (await returned).Lifecycle;
        Assert.Equal((0, 0, 1), (life.Attempt, life.AttemptsSpent, life.Run));
    }

    [Fact]
    public async Task Progress_warnings_and_log_reach_the_store_while_it_runs()
    {
        var finish = new TaskCompletionSource();
        var script = new Script(async (job, _) =>
        {
            job.ReportProgress(150, "nearly");
            job.Warn("careful");
            job.Warn("careful");
            job.WriteLog("a line");
            await finish.Task;
            return JobOutcome.Finished();
        });
        await using var engine = await EngineHost.StartAsync(script);

        var job = await engine.EnqueueAsync();
        var running = await engine.UntilAsync(job.Guid, seen => seen.Progress is not null);
        finish.SetResult();
        var done = await engine.UntilAsync(job.Guid, JobPhase.Finished);

        Assert.Equal(JobPhase.Running, running.Lifecycle.Phase);
        Assert.Equal(new JobProgress(100, "nearly"), running.Progress);
        Assert.Equal(["careful"], done.Warnings);
        Assert.Equal("a line\n", Assert.Single(await RunsAsync(engine, job)).Log);
    }

    [Fact]
    public async Task A_key_given_again_is_the_same_job()
    {
        await using var engine = await EngineHost.StartAsync(new Script((_, _) => Task.FromResult(JobOutcome.Finished())));
        var options = new EnqueueOptions { IdempotencyKey = "k" };

        var first = await engine.EnqueueAsync(options, "a");
        var again = await engine.EnqueueAsync(options, "a");

        Assert.Equal(first.Guid, again.Guid);
        await Assert.ThrowsAsync<InvalidOperationException>(() => engine.EnqueueAsync(options, "b"));
    }

    [Fact]
    public async Task Many_jobs_are_enqueued_all_or_none()
    {
        await using var engine = await EngineHost.StartAsync(
            new Script((_, _) => Task.FromResult(JobOutcome.Finished())), settings: new() { ["Jobs:MaxOpenPerOwner"] = "3" });
        var callback = new JobCallback("https://receiver.example/ended", "https://jobs.example");
        var options = new EnqueueOptions { RunAt = TimeProvider.System.GetUtcNow().AddDays(1), Callback = callback };
        ScriptedArguments[] three = [new("a"), new("b"), new("c")];

        await Assert.ThrowsAsync<InvalidOperationException>(() =>
            engine.Queue.EnqueueManyAsync([.. three, new ScriptedArguments("d")], options, TestContext.Current.CancellationToken));
        var jobs = await engine.Queue.EnqueueManyAsync(three, options, TestContext.Current.CancellationToken);

        foreach (var (job, name) in jobs.Zip(["a", "b", "c"]))
        {
            var kept = (await engine.Store.FindAsync(job.Guid, TestContext.Current.CancellationToken))!;
            Assert.Equal((JobPhase.Scheduled, $"{{\"name\":\"{name}\"}}", callback), (kept.Lifecycle.Phase, Encoding.UTF8.GetString(kept.Arguments.Span), kept.Callback));
        }
    }

    [Theory]
    [InlineData("ftp://receiver.example/")]
    [InlineData("https://user@receiver.example/")]
    [InlineData("receiver.example")]
    public async Task A_callback_that_could_not_be_told_is_refused(string url)
    {
        await using var engine = await EngineHost.StartAsync(new Script((_, _) => Task.FromResult(JobOutcome.Finished())));

        await Assert.ThrowsAsync<ArgumentException>(() => engine.EnqueueAsync(new EnqueueOptions { Callback = new JobCallback(url, "https://jobs.example") }));
    }

    private static Task<IReadOnlyList<JobRun>> RunsAsync(EngineHost engine, Job job) =>
        engine.Store.ListRunsAsync(job.Guid, TestContext.Current.CancellationToken);
}
