using Microsoft.Extensions.Logging;

namespace CloudController.Jobs.PostgreSql;

internal static partial class Log
{
    [LoggerMessage(2101, LogLevel.Information, "Applied migration {Migration}.")]
    public static partial void Migrated(ILogger logger, string migration);

    [LoggerMessage(2102, LogLevel.Error, "The store is out of reach.")]
    public static partial void StoreLost(ILogger logger, Exception exception);

    [LoggerMessage(2103, LogLevel.Warning, "The store answers again.")]
    public static partial void StoreBack(ILogger logger);

    [LoggerMessage(2104, LogLevel.Information, "A pooler stands between: no statement is prepared, other nodes' changes are seen within a second.")]
    public static partial void BehindPooler(ILogger logger);

    [LoggerMessage(2105, LogLevel.Warning, "Changes by other nodes are not heard of; until they are again, they are looked for every second.")]
    public static partial void ListenerLost(ILogger logger, Exception exception);

    [LoggerMessage(2106, LogLevel.Error, "Looking for changes by other nodes failed.")]
    public static partial void LookFailed(ILogger logger, Exception exception);

    [LoggerMessage(2107, LogLevel.Error, "Submitted jobs could not be kept.")]
    public static partial void GroupFailed(ILogger logger, Exception exception);
}
