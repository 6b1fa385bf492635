using CloudController.Jobs.Diagnostics;
using CloudController.Jobs.Handlers;
using CloudController.Jobs.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CloudController.Jobs.Running;

/// <summary>Runs the handlers of leased jobs, each on a slot of its own, and says how the runs ended.</summary>
internal sealed class JobRunner(
    HandlerRegistry handlers,
    RunningJobs running,
    LeaseKeeper keeper,
    RunEnds ends,
    IServiceScopeFactory scopes,
    JobMetrics metrics,
    IOptions<WorkerOptions> options,
    TimeProvider time,
    ILogger<JobRunner> logger)
{
    private readonly TimeSpan lease = TimeSpan.FromSeconds(options.Value.LeaseSeconds);

    /// <summary>Starts a run on the thread pool: a handler that computes before it first awaits must not hold up the next one.</summary>
    /// <param name="claimed">What to run.</param>
    /// <param name="askedAt">A timestamp of the clock from before the claim: at least so long its lease holds.</param>
    /// <param name="ended">Called once when its slot is free again: with what is to be written, or <see langword="null"/> if the lease was lost and nothing is.</param>
    public void Start(ClaimedJob claimed, long askedAt, Action<Settlement?> ended)
    {
        var remaining = claimed.Job.Timeout - claimed.Job.Lifecycle.Used;
        var run = new Run(claimed, remaining > TimeSpan.Zero ? remaining : TimeSpan.FromMilliseconds(1), time, keeper.Reported, keeper.Logged);
        running.Add(run);
        metrics.Picked(claimed.Job, claimed.Job.Lifecycle.RunStartedAt);
        ThreadPool.UnsafeQueueUserWorkItem(
            static state => _ = state.Runner.RunAsync(state.Run, state.AskedAt, state.Ended),
            (Runner: this, Run: run, AskedAt: askedAt, Ended: ended),
            preferLocal: false);
    }

    private async Task RunAsync(Run run, long askedAt, Action<Settlement?> ended)
    {
        // A process that stood still for longer than the lease does not begin what another may have by now.
        var isLate = time.GetElapsedTime(askedAt) >= lease;
        if (isLate && running.Remove(run))
        {
            logger.LeaseLost(run.Job.Guid, run.Job.Operation, run.Job.Lifecycle.Run);
            metrics.LeaseLost(run.Job);
        }

        JobOutcome? outcome = null;
        Exception? fault = null;
        using var trace = JobTracing.StartRun(run.Job);
        using var logScope = logger.BeginScope(new JobLogScope(run.Job));
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            outcome = isLate ? null : handlers.TryFind(run.Job.Operation, out var handler)
                ? await HandleAsync(handler, run, scope.ServiceProvider)
                : JobOutcome.Release(TimeSpan.FromSeconds(1));
        }
        catch (Exception exception)
        {
            // The border round a handler: whatever it throws is a fault of this run alone.
            fault = exception;
        }

        metrics.RunTook(run.Job, time.GetElapsedTime(run.StartedAt));

        // The slot is free before the end is handed over. A drain that looked in between would find nothing left to write, and leave the job without
        // its end.
        running.BeginEnd();
        try
        {
            // Whoever took the run off its slot before (a lost lease, a drain that would not wait) has seen to its end.
            var settlement = running.Remove(run) ? ends.Settle(run, outcome, fault) : null;
            run.Dispose();
            ended(settlement);
        }
        finally
        {
            running.CompleteEnd();
        }
    }

    // What is set for the flow of an asynchronous method ends with it: what the engine logs of the run's end is none of the handler's lines.
    private static async Task<JobOutcome> HandleAsync(HandlerRegistration handler, Run run, IServiceProvider services)
    {
        RunLogProvider.Keep(run.Reporter);
        return await handler.RunAsync(services, run.Context, run.Stopping);
    }
}
