using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CloudController.Jobs.AspNetCore.V3.Events;

/// <summary>Sends one job's events to one follower until the job's end. Between changes nothing of it runs.</summary>
internal sealed class EventStream(SignsOfLife signs, TimeProvider clock, IHostApplicationLifetime lifetime, ILogger<EventStream> logger)
{
    /// <summary>A follower that takes nothing for so long is dropped.</summary>
    internal static readonly TimeSpan LongestWrite = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan BetweenReports = TimeSpan.FromSeconds(1);

    /// <param name="feed">The changes of the job.</param>
    /// <param name="bell">What they ring.</param>
    /// <param name="job">The job.</param>
    /// <param name="unsent">The job as it was read after the feed had begun.</param>
    /// <param name="seen">What the follower has seen of it.</param>
    /// <param name="note">What to tell it first, if anything.</param>
    /// <param name="context">Its request.</param>
    public async Task RunAsync(
        JobFeeds.Subscription feed, Bell bell, Guid job, JobPicture? unsent, EventId seen, ReadOnlyMemory<byte> note, HttpContext context)
    {
        var (aborted, stopping) = (context.RequestAborted, lifetime.ApplicationStopping);
        using var leaves = aborted.UnsafeRegister(static bell => ((Bell)bell!).Ring(), bell);
        using var life = signs.For(bell);
        logger.FollowsJob(job);

        var events = new EventWriter(context.Response.BodyWriter, job);
        if (!note.IsEmpty)
            events.WriteComment(note.Span);

        // Even with nothing to say, the headers tell that it has begun.
        await FlushAsync(job, context);
        long? reported = null;
        while (!seen.Ended && !aborted.IsCancellationRequested && !stopping.IsCancellationRequested)
        {
            unsent = feed.Picture ?? unsent;
            if (unsent == JobPicture.Gone)
                return;

            var soonest = reported is { } last ? BetweenReports - clock.GetElapsedTime(last) : TimeSpan.Zero;
            var before = seen;
            if (unsent is not null)
                seen = events.WriteChanges(seen, unsent, withProgress: soonest <= TimeSpan.Zero);
            if (seen.Progress != before.Progress)
                reported = clock.GetTimestamp();

            var isDue = bell.TakeSignOfLife();
            if (isDue)
                events.WriteComment("alive"u8);
            if (isDue || seen != before)
                await FlushAsync(job, context);
            else if (unsent is not null && seen.Progress != unsent.ProgressHash)
                await bell.WaitAsync(soonest, clock);
            else
            {
                unsent = null; // What was sent need not be kept until the next change.
                await bell.WaitAsync();
            }
        }
    }

    // Waiting for the follower to take what it was sent is all that needs a timer of its own.
    private async ValueTask FlushAsync(Guid job, HttpContext context)
    {
        var flush = context.Response.BodyWriter.FlushAsync(context.RequestAborted);
        if (flush.IsCompletedSuccessfully)
            return;

        using var patience = clock.CreateTimer(_ => Drop(job, context), null, LongestWrite, Timeout.InfiniteTimeSpan);
        await flush;
    }

    private void Drop(Guid job, HttpContext context)
    {
        logger.FollowerDropped(job);
        context.Abort();
    }
}
