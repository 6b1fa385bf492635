using CloudController.Jobs.Running;
using CloudController.Jobs.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace CloudController.Jobs.Tests.Running;

/// <summary>Contract §5, attempts: what a handler logs is kept with its run, apart from the job's own log.</summary>
public sealed class RunLogTests
{
    private static readonly DateTimeOffset Noon = new(2026, 6, 1, 12, 0, 0, 250, TimeSpan.Zero);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Level_time_and_message_are_kept_and_no_exceptions_text()
    {
        ILogger? logger = null;
        await using var engine = await EngineHost.StartAsync(
            new Script(async (job, _) =>
            {
                job.WriteLog("own");
                logger!.Says(LogLevel.Information, "for a");
                await Task.Yield();
                logger!.Says(LogLevel.Error, "two\nlines", new InvalidOperationException("the secret cause"));
                await Task.Run(() => logger!.Says(LogLevel.Critical, "from another thread"), CancellationToken.None);
                return JobOutcome.Failed("NoSuchEntry");
            }),
            new FakeTimeProvider(Noon));
        logger = engine.Part<ILoggerFactory>().CreateLogger("handler");
        logger.Says(LogLevel.Error, "outside of any run");

        var job = await engine.EnqueueAsync();
        await engine.UntilAsync(job.Guid, JobPhase.Failed);

        var run = Assert.Single(await engine.Store.ListRunsAsync(job.Guid, Cancellation));
        Assert.Equal("own\n", run.Log);
        Assert.Equal(
            "2026-06-01T12:00:00.250Z info for a\n2026-06-01T12:00:00.250Z error two\n    lines\n2026-06-01T12:00:00.250Z critical from another thread\n",
            run.LogLines);
    }

    [Fact]
    public async Task Runs_at_the_same_time_keep_each_its_own_lines()
    {
        ILogger? logger = null;
        var (waiting, go) = (new CountdownEvent(2), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        await using var engine = await EngineHost.StartAsync(new Script(async (job, _) =>
        {
            waiting.Signal();
            await go.Task;
            logger!.Says(LogLevel.Warning, $"line of {job.Guid}");
            return JobOutcome.Finished();
        }));
        logger = engine.Part<ILoggerFactory>().CreateLogger("handler");

        var jobs = new[] { await engine.EnqueueAsync(), await engine.EnqueueAsync() };
        await Task.Run(() => waiting.Wait(Cancellation), Cancellation);
        logger.Says(LogLevel.Warning, "outside of any run");
        go.SetResult();

        foreach (var job in jobs)
        {
            await engine.UntilAsync(job.Guid, JobPhase.Finished);
            var run = Assert.Single(await engine.Store.ListRunsAsync(job.Guid, Cancellation));
            Assert.EndsWith($" warning line of {job.Guid}\n", run.LogLines, StringComparison.Ordinal);
            Assert.Single(run.LogLines!.TrimEnd('\n').Split('\n'));
        }
    }

    [Fact]
    public async Task The_last_64_KiB_are_kept()
    {
        ILogger? logger = null;
        string[] written = [.. Enumerable.Range(0, 2_000).Select(number => $"{number} {new string('x', 100)}")];
        await using var engine = await EngineHost.StartAsync(new Script((_, _) =>
        {
            foreach (var line in written)
            {
                logger!.Says(LogLevel.Information, line);
            }

            return Task.FromResult(JobOutcome.Finished());
        }));
        logger = engine.Part<ILoggerFactory>().CreateLogger("handler");

        var job = await engine.EnqueueAsync();
        await engine.UntilAsync(job.Guid, JobPhase.Finished);

        var lines = Assert.Single(await engine.Store.ListRunsAsync(job.Guid, Cancellation)).LogLines!;
        Assert.InRange(lines.Length, 65_000, 65_536);
        Assert.Contains(" info 1999 x", lines, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_line_can_be_read_two_seconds_after_it_was_written()
    {
        var time = new FakeTimeProvider(Noon);
        var (written, end) = (new TaskCompletionSource(), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        var script = new Script(async (job, _) =>
        {
            job.WriteLog("so far");
            written.SetResult();
            await end.Task;
            return JobOutcome.Finished();
        });
        await using var engine = await EngineHost.StartAsync(script, time, new() { ["Worker:Enabled"] = "false" });
        var job = await engine.EnqueueAsync();
        var claim = new ClaimRequest("test", [ScriptedArguments.Operation], null, 1, TimeSpan.FromSeconds(30));
        var claimed = Assert.Single((await engine.Store.SettleAndClaimAsync([], claim, Cancellation)).Claimed);
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        engine.Part<JobRunner>().Start(claimed, time.GetTimestamp(), _ => ended.SetResult());
        await written.Task;

        time.Advance(TimeSpan.FromSeconds(1.9));
        Assert.Null(await KeptAsync());
        time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Equal("so far\n", await KeptAsync());

        end.SetResult();
        await ended.Task;

        async Task<string?> KeptAsync()
        {
            await engine.Part<LeaseKeeper>().RunOnceAsync(Cancellation);
            return Assert.Single(await engine.Store.ListRunsAsync(job.Guid, Cancellation)).Log;
        }
    }

    // The kind is a failure's title in the catalogue, or the exception's type.
    [Fact]
    public async Task Failures_are_told_apart_by_their_kind()
    {
        await using var engine = await EngineHost.StartAsync(new Script((job, _) => job.Job.Queue switch
        {
            "throws" => throw new InvalidOperationException("the secret cause"),
            "says" => Task.FromResult<JobOutcome>(JobOutcome.Failed("AppNotFound", 7)),
            "wrong" => Task.FromResult<JobOutcome>(JobOutcome.Failed("NoSuchEntry")),
            _ => Task.FromResult(JobOutcome.Finished()),
        }));

        foreach (var queue in new[] { "throws", "says", "wrong", "fine" })
        {
            var job = await engine.EnqueueAsync(new EnqueueOptions { Queue = queue });
            await engine.UntilAsync(job.Guid, queue == "fine" ? JobPhase.Finished : JobPhase.Failed);
        }

        var summary = await engine.Store.SummarizeFailuresAsync(100, 100, Cancellation);
        Assert.Equal(
            [("says", "CF-AppNotFound"), ("throws", "System.InvalidOperationException"), ("wrong", "UnknownError")],
            summary.Groups.Select(group => (Assert.Single(group.Queues), group.Kind)).Order());
    }
}

internal static partial class HandlerLog
{
    [LoggerMessage("{Text}")]
    public static partial void Says(this ILogger logger, LogLevel level, string text, Exception? exception = null);
}
