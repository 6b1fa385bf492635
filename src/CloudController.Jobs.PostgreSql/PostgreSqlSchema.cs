using System.Security.Cryptography;
using CloudController.Jobs.Storage;
using Npgsql;

namespace CloudController.Jobs.PostgreSql;

/// <summary>Schemas that were made for a while: for measurements and trials beside the real one.</summary>
public static class PostgreSqlSchema
{
    /// <summary>A name that no schema has: <c>ccjobs_PURPOSE_</c> and random letters.</summary>
    /// <param name="purpose">At most 16 of <c>a-z</c>.</param>
    public static string NewName(string purpose) => $"ccjobs_{purpose}_{RandomNumberGenerator.GetHexString(16, lowercase: true)}";

    /// <summary>Drops a schema with all that it holds, if it is there.</summary>
    /// <exception cref="StoreUnavailableException">The database is out of reach.</exception>
    public static async Task DropAsync(string connectionString, string schema, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = new NpgsqlConnection(connectionString);
            await connection.OpenAsync(cancellationToken);
            await using var drop = new NpgsqlCommand(new PostgreSqlQueries(schema).DropSchema, connection);
            await drop.ExecuteNonQueryAsync(cancellationToken);
        }
        catch (Exception exception) when (PostgreSqlFaults.MeansUnavailable(exception))
        {
            throw PostgreSqlFaults.Unavailable(exception);
        }
    }
}
