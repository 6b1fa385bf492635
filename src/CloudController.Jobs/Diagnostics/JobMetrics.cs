using System.Diagnostics;
using System.Diagnostics.Metrics;
using CloudController.Jobs.Storage;

namespace CloudController.Jobs.Diagnostics;

/// <summary>What the engine counts and measures, by queue and operation.</summary>
internal sealed class JobMetrics
{
    private readonly Histogram<double> pickupDelay;
    private readonly Histogram<double> duration;
    private readonly Counter<long> ended;
    private readonly Counter<long> leasesLost;
    private readonly ActivityCounts activity;

    public JobMetrics(IMeterFactory meters, ActivityCounts activity)
    {
        this.activity = activity;
        var meter = meters.Create(JobTracing.SourceName);
        pickupDelay = meter.CreateHistogram<double>("ccjobs.pickup_delay", "s", "From when a job could run until it was claimed.");
        duration = meter.CreateHistogram<double>("ccjobs.run_duration", "s", "From claim to end of a run.");
        ended = meter.CreateCounter<long>("ccjobs.runs_ended", "{run}", "Runs that ended, by outcome.");
        leasesLost = meter.CreateCounter<long>("ccjobs.leases_lost", "{lease}", "Leases that were taken back from this process.");
    }

    public void Picked(Job job, DateTimeOffset? claimedAt)
    {
        if (claimedAt is not { } at)
        {
            return;
        }

        var delay = at > job.Lifecycle.RunAt ? at - job.Lifecycle.RunAt : TimeSpan.Zero;
        activity.PickedUp(delay);
        if (pickupDelay.Enabled)
        {
            pickupDelay.Record(delay.TotalSeconds, Tags(job));
        }
    }

    public void RunTook(Job job, TimeSpan time)
    {
        if (duration.Enabled)
        {
            duration.Record(time.TotalSeconds, Tags(job));
        }
    }

    public void Ended(Settlement settlement, SettleResult result)
    {
        if (result == SettleResult.Written)
        {
            Count(settlement.End);
        }

        if (ended.Enabled)
        {
            ended.Add(1, new KeyValuePair<string, object?>("outcome", result switch
            {
                SettleResult.Written => settlement.End.OutcomeName,
                SettleResult.Cancelled => "cancelled",
                SettleResult.LeaseLost => "refused",
                _ => throw new ArgumentOutOfRangeException(nameof(result)),
            }));
        }
    }

    public void LeaseLost(Job job)
    {
        if (leasesLost.Enabled)
        {
            leasesLost.Add(1, Tags(job));
        }
    }

    private void Count(RunEnd end)
    {
        switch (end)
        {
            case RunEnd.Finished:
                activity.Finished();
                break;
            case RunEnd.Failed or RunEnd.TimedOut or RunEnd.Lost:
                activity.Failed();
                break;
        }
    }

    private static TagList Tags(Job job) => new() { { "queue", job.Queue }, { "operation", job.Operation } };
}
