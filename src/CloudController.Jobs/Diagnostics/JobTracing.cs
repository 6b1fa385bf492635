using System.Diagnostics;

namespace CloudController.Jobs.Diagnostics;

/// <summary>Traces of runs, children of the request that submitted the job.</summary>
public static class JobTracing
{
    /// <summary>Name of the activity source, and of the meter, to give to OpenTelemetry.</summary>
    public const string SourceName = "CloudController.Jobs";

    private static readonly ActivitySource Source = new(SourceName);

    internal static Activity? StartRun(Job job)
    {
        if (!Source.HasListeners())
        {
            return null;
        }

        ActivityContext.TryParse(job.TraceParent, null, isRemote: true, out var parent);
        var activity = Source.StartActivity($"job {job.Operation}", ActivityKind.Consumer, parent);
        activity?.SetTag("job.guid", job.Guid.ToString()).SetTag("job.queue", job.Queue).SetTag("job.attempt", job.Lifecycle.Attempt);
        return activity;
    }
}
