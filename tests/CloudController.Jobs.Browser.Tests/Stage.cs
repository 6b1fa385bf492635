using System.Collections.Concurrent;

namespace CloudController.Jobs.Browser.Tests;

/// <summary>A job whose run a test directs.</summary>
public sealed record Scene : IJobArguments
{
    public static string Operation => "app.deploy";
}

/// <summary>Where tests meet the runs of their jobs.</summary>
public sealed class Stage
{
    private readonly ConcurrentDictionary<(Guid Job, int Run), TaskCompletionSource<JobContext>> runs = new();
    private readonly ConcurrentDictionary<(Guid Job, int Run), TaskCompletionSource<JobOutcome>> ends = new();
    private readonly TaskCompletionSource closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>A job's run, once it has begun.</summary>
    public Task<JobContext> RunOf(Guid job, int run = 1) => Entry(runs, (job, run)).Task.WaitAsync(TestContext.Current.CancellationToken);

    /// <summary>Ends a job's run, now or as soon as it begins.</summary>
    public void End(Guid job, JobOutcome outcome, int run = 1) => Entry(ends, (job, run)).TrySetResult(outcome);

    public void Close() => closed.TrySetResult();

    internal async Task<JobOutcome> PlayAsync(JobContext job, CancellationToken stopping)
    {
        Entry(runs, (job.Guid, job.Run)).TrySetResult(job);
        var end = Entry(ends, (job.Guid, job.Run)).Task;
        await Task.WhenAny(end, closed.Task).WaitAsync(stopping);
        return end.IsCompleted ? await end : JobOutcome.Finished();
    }

    private static TaskCompletionSource<T> Entry<T>(ConcurrentDictionary<(Guid Job, int Run), TaskCompletionSource<T>> entries, (Guid Job, int Run) run) =>
        entries.GetOrAdd(run, static _ => new(TaskCreationOptions.RunContinuationsAsynchronously));
}

internal sealed class StagedHandler(Stage stage) : IJobHandler<Scene>
{
    public Task<JobOutcome> RunAsync(Scene arguments, JobContext job, CancellationToken stopping) => stage.PlayAsync(job, stopping);
}
