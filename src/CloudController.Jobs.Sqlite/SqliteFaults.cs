using System.Text.Json;
using CloudController.Jobs.Storage;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace CloudController.Jobs.Sqlite;

/// <summary>Which failures mean that the store cannot be used now, and which are one call's own.</summary>
internal static class SqliteFaults
{
    public static SqliteException Last(sqlite3 database, int code)
    {
        var extended = raw.sqlite3_extended_errcode(database);
        var message = raw.sqlite3_errmsg(database).utf8_to_string();
        return new SqliteException($"SQLite error {code & 0xFF}: {message}.", code & 0xFF, extended);
    }

    /// <summary>Whether disk, file or its content is at fault. A row that cannot be read back counts: SQLite has no checksums of its own, so damage
    /// can come to light that late; so does a missing table.</summary>
    public static bool MeansUnavailable(Exception exception) => exception switch
    {
        SqliteException { SqliteErrorCode: raw.SQLITE_CONSTRAINT or raw.SQLITE_MISMATCH or raw.SQLITE_MISUSE or raw.SQLITE_RANGE or raw.SQLITE_TOOBIG } => false,
        SqliteException or StoreUnavailableException or JsonException or InvalidDataException or IOException => true,
        _ => false,
    };

    /// <summary>Whether the disk is full: the connection stays good.</summary>
    public static bool IsFull(Exception exception) => exception is SqliteException { SqliteErrorCode: raw.SQLITE_FULL };

    /// <summary>Whether the query was stopped on purpose.</summary>
    public static bool IsInterrupt(SqliteException exception) => exception.SqliteErrorCode == raw.SQLITE_INTERRUPT;

    public static StoreUnavailableException Unavailable(Exception exception) =>
        exception as StoreUnavailableException ?? new StoreUnavailableException(exception.Message, exception);
}
