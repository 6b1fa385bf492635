using System.Threading.Channels;
using CloudController.Jobs.Diagnostics;
using CloudController.Jobs.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CloudController.Jobs.Running;

/// <summary>Keeps the leases of this process: all of them in one heartbeat every third of a lease, and those that have something to report, or may have been
/// cancelled, about a quarter of a second after they have.</summary>
internal sealed class LeaseKeeper(
    IJobStore store,
    JobSignals signals,
    RunningJobs running,
    JobMetrics metrics,
    IOptions<WorkerOptions> options,
    TimeProvider time,
    ILogger<LeaseKeeper> logger) : BackgroundService
{
    private static readonly TimeSpan ReportInterval = TimeSpan.FromMilliseconds(250);

    /// <summary>Logs grow line by line, and each time the whole of what is kept is written: seldom enough that this is cheap, often enough to read along.</summary>
    private static readonly TimeSpan LogInterval = TimeSpan.FromSeconds(2);

    private readonly Channel<Run> due = Channel.CreateUnbounded<Run>(new UnboundedChannelOptions { SingleReader = true });
    private readonly TimeSpan lease = TimeSpan.FromSeconds(options.Value.LeaseSeconds);
    private readonly List<Run> logging = [];
    private ITimer? flush;
    private long lastFull = time.GetTimestamp();

    /// <summary>A run has something to report.</summary>
    public void Reported(Run run) => due.Writer.TryWrite(run);

    /// <summary>A run has something in its log, which goes along with its next report, but waits no longer than two seconds for one.</summary>
    public void Logged(Run run)
    {
        lock (logging)
        {
            logging.Add(run);
            if (logging.Count == 1)
            {
                flush ??= time.CreateTimer(static keeper => ((LeaseKeeper)keeper!).ReportLogs(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
                flush.Change(LogInterval, Timeout.InfiniteTimeSpan);
            }
        }
    }

    public override void Dispose()
    {
        flush?.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!options.Value.Enabled)
        {
            return;
        }

        using var changes = signals.OnJobChanged(LookAgain);
        while (!stoppingToken.IsCancellationRequested)
        {
            await WaitAsync(stoppingToken);
            await RunOnceAsync(CancellationToken.None);
            await Task.Delay(ReportInterval, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>One heartbeat: of all runs if a third of a lease has passed, else of those that asked for one.</summary>
    internal async Task RunOnceAsync(CancellationToken cancellationToken)
    {
        var full = time.GetElapsedTime(lastFull) >= lease / 3;
        var runs = new HashSet<Run>();
        while (due.Reader.TryRead(out var run))
        {
            runs.Add(run);
        }

        if (full)
        {
            runs.UnionWith(running.Snapshot());
        }

        runs.RemoveWhere(run => !running.TryFind(run.Job.Guid, out var present) || present != run);
        if (runs.Count > 0)
        {
            await BeatAsync([.. runs], cancellationToken);
        }

        if (full)
        {
            lastFull = time.GetTimestamp();
        }
    }

    private async Task BeatAsync(Run[] runs, CancellationToken cancellationToken)
    {
        var heartbeats = Array.ConvertAll(runs, run => new Heartbeat(run.Lease, run.Job.Guid, run.Reporter.Take()));
        try
        {
            var answers = await store.HeartbeatAsync(heartbeats, lease, cancellationToken);
            for (var i = 0; i < runs.Length; i++)
            {
                Heed(runs[i], answers[i]);
            }
        }
        catch (Exception exception)
        {
            // The border round one pass: nothing is known to be lost, so the runs go on, and their reports are sent with the next heartbeat.
            logger.HeartbeatFailed(runs.Length, exception);
            for (var i = 0; i < runs.Length; i++)
            {
                runs[i].Reporter.Return(heartbeats[i].Report);
                due.Writer.TryWrite(runs[i]);
            }
        }
    }

    private void Heed(Run run, HeartbeatResult answer)
    {
        if (answer.CancelRequested)
        {
            run.Stop(StopReason.Cancelled);
        }

        // A run that has ended meanwhile has written, or is about to write, its own end.
        if (!answer.Holds && running.Remove(run))
        {
            using var logScope = logger.BeginScope(new JobLogScope(run.Job));
            logger.LeaseLost(run.Job.Guid, run.Job.Operation, run.Job.Lifecycle.Run);
            metrics.LeaseLost(run.Job);
            run.Stop(StopReason.LeaseLost);
        }
    }

    private void ReportLogs()
    {
        lock (logging)
        {
            logging.ForEach(Reported);
            logging.Clear();
        }
    }

    // A change that did not come from the run itself may be a cancel.
    private void LookAgain(Guid job)
    {
        if (running.TryFind(job, out var run))
        {
            due.Writer.TryWrite(run!);
        }
    }

    private async Task WaitAsync(CancellationToken stoppingToken)
    {
        var untilFull = (lease / 3) - time.GetElapsedTime(lastFull);
        if (untilFull <= TimeSpan.Zero)
        {
            return;
        }

        using var wait = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        var asked = due.Reader.WaitToReadAsync(wait.Token).AsTask();
        await Task.WhenAny(asked, Task.Delay(untilFull, time, wait.Token));
        await wait.CancelAsync();
    }
}
