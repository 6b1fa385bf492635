using BenchmarkDotNet.Attributes;
using CloudController.Jobs.Errors;

namespace CloudController.Jobs.Benchmarks.Micro;

public class LifecycleBenchmarks
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);
    private static readonly RunEnd Finished = new RunEnd.Finished();
    private static readonly RunEnd Failed = new RunEnd.Failed([JobError.Unknown]);

    private readonly JobLifecycle queued;
    private readonly JobLifecycle running;
    private readonly RunEndRules rules = new(
        Backoff.Default,
        3,
        0.5,
        WellKnownErrors.JobTimeout(ErrorCatalog.BuiltIn),
        WellKnownErrors.JobCancelled(ErrorCatalog.BuiltIn),
        WellKnownErrors.JobWorkerLost(ErrorCatalog.BuiltIn));

    public LifecycleBenchmarks()
    {
        var job = new NewJob { Guid = JobGuid.New(Now), CreatedAt = Now, Operation = "noop", Owner = JobOwner.Application, MaxAttempts = 3 };
        queued = JobLifecycle.Submitted(job);
        running = queued.Claim(Now, Lease)!;
    }

    [Benchmark]
    public JobLifecycle? Claim() => queued.Claim(Now, Lease);

    [Benchmark]
    public JobLifecycle? EndFinished() => running.End(Finished, Now, rules);

    [Benchmark]
    public JobLifecycle? EndWithRetry() => running.End(Failed, Now, rules);
}
