using System.Net;
using CloudController.Jobs.Client;

namespace CloudController.Jobs.Cli.Commands;

/// <summary>What keeps a server from answering now and is over soon: it restarts, its store is out of reach, or it has been asked too much.</summary>
internal static class PassingTrouble
{
    // What is longer than that is for whoever waits to know.
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    public static bool Is(Exception exception) => exception is JobsServerUnreachableException
        || (exception is JobsApiException { Status: HttpStatusCode.ServiceUnavailable or HttpStatusCode.TooManyRequests } refusal
            && !(refusal.RetryAfter > Longest));

    /// <summary>When to ask again: as the server said, if it did.</summary>
    public static TimeSpan Pause(Exception exception, TimeSpan usual) => (exception as JobsApiException)?.RetryAfter ?? usual;
}
