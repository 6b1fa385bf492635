using System.Net.Sockets;
using System.Text.Json;
using CloudController.Jobs.Storage;
using Npgsql;

namespace CloudController.Jobs.PostgreSql;

/// <summary>Which failures mean that the store cannot be used now, which are one call's own, and which are the settings' fault.</summary>
internal static class PostgreSqlFaults
{
    /// <summary>Whether server, network or stored content is at fault: classes 08, 53, 54, 57, 58, F0 and XX of SQLSTATE, a server that only reads
    /// or has waited too long for us, a table or column that is not there, and what stayed in conflict with others however often it was tried.</summary>
    public static bool MeansUnavailable(Exception exception) => exception switch
    {
        PostgresException { SqlState: "25006" or "25P03" or "40001" or "40P01" or "55P03" or "42P01" or "42703" or "3F000" } => true,
        PostgresException postgres => postgres.SqlState[..2] is "08" or "53" or "54" or "57" or "58" or "F0" or "XX" || IsRefusal(postgres),
        NpgsqlException or SocketException or TimeoutException or IOException => true,
        StoreUnavailableException or JsonException or InvalidDataException => true,
        _ => false,
    };

    /// <summary>Whether two transactions were in each other's way: the same again works.</summary>
    public static bool IsConflict(Exception exception) => exception is PostgresException { SqlState: "40001" or "40P01" };

    /// <summary>Whether the server does not know the user, the password or the database, or does not let the user in: waiting would not
    /// help.</summary>
    public static bool IsRefusal(Exception exception) => exception is PostgresException { SqlState: "28000" or "28P01" or "3D000" or "42501" };

    /// <summary>Whether a transaction may have been refused for the hint in it, by a server that grants none or has too many untold: nothing of it was
    /// committed.</summary>
    public static bool MayBeOfAHint(Exception exception) => exception switch
    {
        PostgresException { SqlState: "42501" or "54000" } => true,
        StoreUnavailableException { InnerException: { } cause } => MayBeOfAHint(cause),
        _ => false,
    };

    public static StoreRefusedException Refused(Exception exception) => ((PostgresException)exception).SqlState switch
    {
        "3D000" => new StoreRefusedException("ConnectionString names a database that the server does not have."),
        "42501" => new StoreRefusedException("ConnectionString names a user who may not do in this database what the store needs."),
        _ => new StoreRefusedException("ConnectionString's user name or password is wrong: the database server refused them."),
    };

    public static StoreUnavailableException Unavailable(Exception exception) =>
        exception as StoreUnavailableException ?? new StoreUnavailableException(exception.Message, exception);
}
