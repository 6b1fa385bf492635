using Microsoft.Extensions.Logging;

namespace CloudController.Jobs.AspNetCore;

/// <summary>What the HTTP side says to its operator. Each line stands in the scope of its request, which has the request's id.</summary>
internal static partial class HttpLog
{
    [LoggerMessage(3001, LogLevel.Error, "A request failed.")]
    public static partial void RequestFailed(this ILogger logger, Exception exception);

    [LoggerMessage(3002, LogLevel.Warning, "A request was refused because the store is out of reach.")]
    public static partial void StoreOutOfReach(this ILogger logger, Exception exception);

    [LoggerMessage(3003, LogLevel.Debug, "A request could not be read.")]
    public static partial void UnreadableRequest(this ILogger logger, Exception exception);

    [LoggerMessage(3004, LogLevel.Debug, "A bearer token was refused.")]
    public static partial void TokenRefused(this ILogger logger, Exception? exception);

    [LoggerMessage(3005, LogLevel.Warning, "Keys of the token issuer {Authority} could not be read.")]
    public static partial void IssuerOutOfReach(this ILogger logger, string authority, Exception exception);

    [LoggerMessage(3006, LogLevel.Debug, "A client went away before it was answered.")]
    public static partial void ClientGone(this ILogger logger);

    [LoggerMessage(3007, LogLevel.Debug, "A client waits for news of job {JobGuid}.")]
    public static partial void WaitsForNews(this ILogger logger, Guid jobGuid);

    [LoggerMessage(3020, LogLevel.Debug, "A client follows job {JobGuid}.")]
    public static partial void FollowsJob(this ILogger logger, Guid jobGuid);

    [LoggerMessage(3021, LogLevel.Information, "A client that follows job {JobGuid} was dropped, for it takes nothing of what it is sent.")]
    public static partial void FollowerDropped(this ILogger logger, Guid jobGuid);

    [LoggerMessage(3022, LogLevel.Warning, "Job {JobGuid} could not be read for those who follow it.")]
    public static partial void FeedInterrupted(this ILogger logger, Guid jobGuid, Exception exception);

    [LoggerMessage(3023, LogLevel.Debug, "A client waits for {Count} jobs.")]
    public static partial void WaitsForJobs(this ILogger logger, int count);

    [LoggerMessage(3030, LogLevel.Information, "The callback of job {JobGuid} did not reach its receiver.")]
    public static partial void CallbackNotReached(this ILogger logger, Guid jobGuid, Exception exception);
}
