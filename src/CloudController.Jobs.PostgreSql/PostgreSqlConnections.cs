using CloudController.Jobs.Storage;
using Npgsql;

namespace CloudController.Jobs.PostgreSql;

/// <summary>The connections of programs to a database: for trials of what happens when they break.</summary>
public static class PostgreSqlConnections
{
    /// <summary>Ends every other connection that goes by a name, whatever it was doing; each must be the same user's.</summary>
    /// <param name="connectionString">An Npgsql connection string.</param>
    /// <param name="applicationName">As in the connection strings of those to be ended (<c>Application Name</c>).</param>
    /// <param name="cancellationToken">Stops the statement.</param>
    /// <returns>How many there were.</returns>
    /// <exception cref="StoreUnavailableException">The database is out of reach.</exception>
    public static async Task<long> TerminateAsync(string connectionString, string applicationName, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = new NpgsqlConnection(connectionString);
            await connection.OpenAsync(cancellationToken);
            await using var terminate = new NpgsqlCommand(PostgreSqlQueries.Terminate, connection);
            terminate.Parameters.AddWithValue("name", applicationName);
            return (long)(await terminate.ExecuteScalarAsync(cancellationToken))!;
        }
        catch (Exception exception) when (PostgreSqlFaults.MeansUnavailable(exception))
        {
            throw PostgreSqlFaults.Unavailable(exception);
        }
    }
}
