using Microsoft.Data.Sqlite;

namespace CloudController.Jobs.Sqlite.Tests;

internal static class WriteLock
{
    /// <summary>Lets nobody else write until disposed.</summary>
    public static SqliteConnection Locked(this SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "BEGIN IMMEDIATE";
        command.ExecuteNonQuery();
        return connection;
    }
}
