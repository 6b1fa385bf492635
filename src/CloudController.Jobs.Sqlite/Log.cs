using Microsoft.Extensions.Logging;

namespace CloudController.Jobs.Sqlite;

internal static partial class Log
{
    [LoggerMessage(2001, LogLevel.Information, "Applied migration {Migration}.")]
    public static partial void Migrated(ILogger logger, string migration);

    [LoggerMessage(2002, LogLevel.Warning, "An earlier process left {Jobs} running jobs; they go back to their queues.")]
    public static partial void LeftRunning(ILogger logger, int jobs);

    [LoggerMessage(2003, LogLevel.Error, "The store cannot be written.")]
    public static partial void StoreLost(ILogger logger, Exception exception);

    [LoggerMessage(2004, LogLevel.Warning, "The store can be written again.")]
    public static partial void StoreBack(ILogger logger);

    [LoggerMessage(2005, LogLevel.Error, "A transaction could not be rolled back; the connection is opened anew.")]
    public static partial void RollbackFailed(ILogger logger, Exception exception);
}
