using Microsoft.Extensions.Logging;

namespace CloudController.Jobs.Diagnostics;

/// <summary>Every log message of the engine. Ids are stable.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Error, "Job {JobGuid} ({Operation}), attempt {Attempt}: the handler threw.")]
    public static partial void RunThrew(this ILogger logger, Guid jobGuid, string operation, int attempt, Exception? exception);

    [LoggerMessage(2, LogLevel.Error, "Job {JobGuid} ({Operation}), attempt {Attempt} failed for a reason that is not shown outside: {Detail}")]
    public static partial void RunFailedInternally(this ILogger logger, Guid jobGuid, string operation, int attempt, string? detail);

    [LoggerMessage(3, LogLevel.Error, "Job {JobGuid} ({Operation}) failed in a way that the error catalogue does not have: {WhyNot}")]
    public static partial void FailureNotInCatalogue(this ILogger logger, Guid jobGuid, string operation, string whyNot);

    [LoggerMessage(4, LogLevel.Error, "Job {JobGuid} ({Operation}) left a result of {Length} bytes; {Max} are allowed.")]
    public static partial void ResultTooLarge(this ILogger logger, Guid jobGuid, string operation, int length, int max);

    [LoggerMessage(5, LogLevel.Warning, "Job {JobGuid} ({Operation}), run {Run}: its lease was lost, what it does from here on is not accepted.")]
    public static partial void LeaseLost(this ILogger logger, Guid jobGuid, string operation, int run);

    [LoggerMessage(6, LogLevel.Warning, "Job {JobGuid}: a run's end ({Outcome}) was refused, its lease no longer held. RequestId:{RequestId}")]
    public static partial void EndRefused(this ILogger logger, Guid jobGuid, string outcome, string? requestId);

    [LoggerMessage(7, LogLevel.Warning, "Job {JobGuid}: run {Run} was ended without its worker ({Outcome}).")]
    public static partial void RunEndedWithoutWorker(this ILogger logger, Guid jobGuid, string outcome, int run);

    [LoggerMessage(8, LogLevel.Error, "The store did not take {Count} ends of runs; they are kept and sent again.")]
    public static partial void ExchangeFailed(this ILogger logger, int count, Exception exception);

    [LoggerMessage(9, LogLevel.Error, "The store did not take the heartbeat of {Count} runs; it is sent again.")]
    public static partial void HeartbeatFailed(this ILogger logger, int count, Exception exception);

    [LoggerMessage(10, LogLevel.Error, "Maintenance ({Name}) failed; it is tried again.")]
    public static partial void MaintenanceFailed(this ILogger logger, string name, Exception exception);

    [LoggerMessage(11, LogLevel.Information, "Draining: {Running} jobs run, and may for {Seconds} s.")]
    public static partial void Draining(this ILogger logger, int running, int seconds);

    [LoggerMessage(12, LogLevel.Information, "Drained.")]
    public static partial void Drained(this ILogger logger);

    [LoggerMessage(13, LogLevel.Warning, "Job {JobGuid} ({Operation}) did not stop when told to; it goes back to its queue.")]
    public static partial void RunIgnoredStop(this ILogger logger, Guid jobGuid, string operation);

    [LoggerMessage(30, LogLevel.Debug, "Worker {Worker} waits for something to lease.")]
    public static partial void WaitsForWork(this ILogger logger, string worker);

    [LoggerMessage(31, LogLevel.Warning, "Worker {Worker} went away before it had the {Count} leases that it asked for; they are given back.")]
    public static partial void LeasesNotDelivered(this ILogger logger, string worker, int count);

    [LoggerMessage(17, LogLevel.Error, "The store is out of reach; it is tried every second.")]
    public static partial void WaitingForStore(this ILogger logger, Exception exception);

    [LoggerMessage(19, LogLevel.Critical, "The store that was waited for cannot be used: {Reason}")]
    public static partial void StoreRefuses(this ILogger logger, string reason);

    [LoggerMessage(18, LogLevel.Information, "The store is open.")]
    public static partial void StoreOpened(this ILogger logger);

    [LoggerMessage(40, LogLevel.Debug, "Job {JobGuid}: its callback was tried ({Outcome}, status {Status}).")]
    public static partial void CallbackTried(this ILogger logger, Guid jobGuid, string outcome, int? status);

    [LoggerMessage(41, LogLevel.Warning, "Job {JobGuid}: its callback is given up after {Tries} tries.")]
    public static partial void CallbackGivenUp(this ILogger logger, Guid jobGuid, int tries);

    [LoggerMessage(42, LogLevel.Warning, "Job {JobGuid}: its callback took too long, another node tells it again, or the job was forgotten.")]
    public static partial void CallbackTakenOver(this ILogger logger, Guid jobGuid);
}
