using Npgsql;

namespace CloudController.Jobs.PostgreSql;

/// <summary>Statements that go to the server together, are one transaction there, and are answered together.</summary>
internal sealed class RoundTrip
{
    public NpgsqlBatch Batch { get; } = new();

    /// <summary>Whether they are frequent, and always read by the same indexes, so that a plan made once serves for good. All others are planned anew
    /// each time, for the tables' size at that time.</summary>
    public bool IsPrepared { get; init; }

    public static RoundTrip Of(string sql, Action<StatementParameters>? bind = null)
    {
        var trip = new RoundTrip();
        var parameters = trip.Add(sql);
        bind?.Invoke(parameters);
        return trip;
    }

    /// <summary>Adds a statement, whose parameters are then to be bound.</summary>
    public StatementParameters Add(string sql)
    {
        var statement = Statement.Of(sql);
        var command = new NpgsqlBatchCommand(statement.Text);
        for (var parameter = 0; parameter < statement.Parameters; parameter++)
        {
            command.Parameters.Add(new NpgsqlParameter());
        }

        Batch.BatchCommands.Add(command);
        return new StatementParameters(statement, command.Parameters);
    }
}
