using CloudController.Jobs.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;

namespace CloudController.Jobs.AspNetCore.Following;

/// <summary>Waits for news of a job: <c>Prefer: wait=N</c>.</summary>
internal sealed class JobNews(
    IJobStore store, JobSignals signals, TimeProvider clock, IHostApplicationLifetime lifetime, ILogger<JobNews> logger)
{
    /// <summary>Waits until a job's tag is none of those that the client knows, or the job has ended or is not held, or the time is up, or this
    /// process stops.</summary>
    /// <param name="job">The job.</param>
    /// <param name="known">What the client knows, as <c>If-None-Match</c>; empty: the job as it is now.</param>
    /// <param name="wait">The longest wait.</param>
    /// <param name="aborted">The client is gone.</param>
    /// <returns>The job as it is then; <see langword="null"/> if it is not held.</returns>
    public async Task<JobStatus?> WaitAsync(Guid job, StringValues known, TimeSpan wait, CancellationToken aborted)
    {
        var started = clock.GetTimestamp();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(aborted, lifetime.ApplicationStopping);
        using var watch = signals.Watch(job);
        while (true)
        {
            var change = watch.NextChange;
            if (await store.FindStatusAsync(job, aborted) is not { } status)
                return null;

            var tag = JobTag.Of(status);
            if (known.Count == 0)
                known = tag;

            var left = wait - clock.GetElapsedTime(started);
            if (status.Phase.IsTerminal() || !JobTag.IsNamedBy(known, tag) || left <= TimeSpan.Zero || stop.IsCancellationRequested)
                return status;

            logger.WaitsForNews(job);
            await change.WaitAsync(left, clock, stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            aborted.ThrowIfCancellationRequested();
        }
    }
}
