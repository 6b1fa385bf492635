using System.Net;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;

namespace CloudController.Jobs.Client;

/// <summary>Asks for one job until it has ended, as seldom as it can.</summary>
internal sealed class JobFollower(JobsClient client, string guid, TimeSpan patience, TimeProvider time)
{
    /// <summary>Shorter than a usual HTTP timeout of 30 s.</summary>
    private static readonly TimeSpan WaitForState = TimeSpan.FromSeconds(20);

    /// <summary>The server's wait ends early with the state or phase, not with the progress: how stale that may be.</summary>
    private static readonly TimeSpan WaitForProgress = TimeSpan.FromSeconds(1);

    /// <summary>An answer that comes sooner was not held.</summary>
    private static readonly TimeSpan AtOnce = TimeSpan.FromMilliseconds(500);

    private static readonly TimeSpan PauseAfterChange = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan DefaultPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(60);

    private JobDocument? known;
    private EntityTagHeaderValue? tag;
    private long? troubleSince;

    public async IAsyncEnumerable<JobDocument> FollowAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            var (change, pause) = await AskAsync(cancellationToken);
            if (change is not null)
                yield return change;
            if (change is { IsTerminal: true })
                yield break;

            await Task.Delay(pause, time, cancellationToken);
        }
    }

    private async Task<(JobDocument? Change, TimeSpan Pause)> AskAsync(CancellationToken cancellationToken)
    {
        // An entity tag names state and phase alone: with it, a running job's progress would not come.
        var runs = known?.Phase is PhaseNames.Running or PhaseNames.Polling;
        TimeSpan? wait = known is null ? null : runs ? WaitForProgress : WaitForState;
        var asked = time.GetTimestamp();
        try
        {
            var answer = await client.AskAsync(guid, wait, runs ? null : tag, cancellationToken);
            var change = answer.IsUnchanged ? null : Take(answer);
            troubleSince = null;
            if (change is not null)
                return (change, PauseAfterChange);

            return (null, time.GetElapsedTime(asked) < AtOnce ? Pause(answer.RetryAfter) : TimeSpan.Zero);
        }
        catch (JobsServerUnreachableException) when (IsPatient())
        {
            return (null, DefaultPause);
        }
        catch (JobsApiException refusal) when (
            refusal.Status is HttpStatusCode.ServiceUnavailable or HttpStatusCode.TooManyRequests && IsPatient())
        {
            return (null, Pause(refusal.RetryAfter));
        }
    }

    private JobDocument? Take(WireAnswer answer)
    {
        var job = client.Read(answer, Wire.Default.JobDocument);
        var changed = known is null || !job.Json.Span.SequenceEqual(known.Json.Span);
        (known, tag) = (job, answer.ETag);
        return changed ? job : null;
    }

    private bool IsPatient()
    {
        troubleSince ??= time.GetTimestamp();
        return time.GetElapsedTime(troubleSince.Value) < patience;
    }

    private static TimeSpan Pause(TimeSpan? retryAfter) =>
        retryAfter is not { } asked ? DefaultPause : asked < LongestPause ? asked : LongestPause;
}
