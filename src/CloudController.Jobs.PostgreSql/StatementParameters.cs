using Npgsql;
using NpgsqlTypes;

namespace CloudController.Jobs.PostgreSql;

/// <summary>Gives a statement its parameters, each with its type said, so that null, too, has one. What the statement does not name is left out.</summary>
internal sealed class StatementParameters(Statement statement, NpgsqlParameterCollection parameters)
{
    public StatementParameters Bind(string name, long value) =>
        Bind(name, NpgsqlDbType.Bigint, value);

    public StatementParameters Bind(string name, long? value) =>
        Bind(name, NpgsqlDbType.Bigint, value);

    public StatementParameters Bind(string name, int value) =>
        Bind(name, NpgsqlDbType.Integer, value);

    public StatementParameters Bind(string name, bool value) =>
        Bind(name, NpgsqlDbType.Boolean, value);

    public StatementParameters Bind(string name, string? value) =>
        Bind(name, NpgsqlDbType.Text, value);

    public StatementParameters Bind(string name, byte[]? value) =>
        Bind(name, NpgsqlDbType.Bytea, value);

    public StatementParameters Bind(string name, Guid value) =>
        Bind(name, NpgsqlDbType.Uuid, value);

    public StatementParameters Bind(string name, long[] values) =>
        Bind(name, NpgsqlDbType.Array | NpgsqlDbType.Bigint, values);

    public StatementParameters Bind(string name, long?[] values) =>
        Bind(name, NpgsqlDbType.Array | NpgsqlDbType.Bigint, values);

    public StatementParameters Bind(string name, int[] values) =>
        Bind(name, NpgsqlDbType.Array | NpgsqlDbType.Integer, values);

    public StatementParameters Bind(string name, short[] values) =>
        Bind(name, NpgsqlDbType.Array | NpgsqlDbType.Smallint, values);

    public StatementParameters Bind(string name, bool[] values) =>
        Bind(name, NpgsqlDbType.Array | NpgsqlDbType.Boolean, values);

    public StatementParameters Bind(string name, Guid[] values) =>
        Bind(name, NpgsqlDbType.Array | NpgsqlDbType.Uuid, values);

    public StatementParameters Bind(string name, string?[]? values) =>
        Bind(name, NpgsqlDbType.Array | NpgsqlDbType.Text, values);

    public StatementParameters Bind(string name, byte[]?[] values) =>
        Bind(name, NpgsqlDbType.Array | NpgsqlDbType.Bytea, values);

    private StatementParameters Bind(string name, NpgsqlDbType type, object? value)
    {
        if (statement.PlaceOf(name) is >= 0 and var place)
        {
            parameters[place].NpgsqlDbType = type;
            parameters[place].Value = value ?? DBNull.Value;
        }

        return this;
    }
}
