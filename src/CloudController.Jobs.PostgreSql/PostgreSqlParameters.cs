using Npgsql;
using NpgsqlTypes;

namespace CloudController.Jobs.PostgreSql;

/// <summary>Gives statements their parameters, each with its type said, so that null, too, has one.</summary>
internal static class PostgreSqlParameters
{
    public static NpgsqlParameterCollection Bind(this NpgsqlParameterCollection parameters, string name, long value) =>
        parameters.Bind(name, NpgsqlDbType.Bigint, value);

    public static NpgsqlParameterCollection Bind(this NpgsqlParameterCollection parameters, string name, long? value) =>
        parameters.Bind(name, NpgsqlDbType.Bigint, value);

    public static NpgsqlParameterCollection Bind(this NpgsqlParameterCollection parameters, string name, int value) =>
        parameters.Bind(name, NpgsqlDbType.Integer, value);

    public static NpgsqlParameterCollection Bind(this NpgsqlParameterCollection parameters, string name, bool value) =>
        parameters.Bind(name, NpgsqlDbType.Boolean, value);

    public static NpgsqlParameterCollection Bind(this NpgsqlParameterCollection parameters, string name, string? value) =>
        parameters.Bind(name, NpgsqlDbType.Text, value);

    public static NpgsqlParameterCollection Bind(this NpgsqlParameterCollection parameters, string name, byte[]? value) =>
        parameters.Bind(name, NpgsqlDbType.Bytea, value);

    public static NpgsqlParameterCollection Bind(this NpgsqlParameterCollection parameters, string name, Guid value) =>
        parameters.Bind(name, NpgsqlDbType.Uuid, value);

    public static NpgsqlParameterCollection Bind(this NpgsqlParameterCollection parameters, string name, long[] values) =>
        parameters.Bind(name, NpgsqlDbType.Array | NpgsqlDbType.Bigint, values);

    public static NpgsqlParameterCollection Bind(this NpgsqlParameterCollection parameters, string name, long?[] values) =>
        parameters.Bind(name, NpgsqlDbType.Array | NpgsqlDbType.Bigint, values);

    public static NpgsqlParameterCollection Bind(this NpgsqlParameterCollection parameters, string name, int[] values) =>
        parameters.Bind(name, NpgsqlDbType.Array | NpgsqlDbType.Integer, values);

    public static NpgsqlParameterCollection Bind(this NpgsqlParameterCollection parameters, string name, short[] values) =>
        parameters.Bind(name, NpgsqlDbType.Array | NpgsqlDbType.Smallint, values);

    public static NpgsqlParameterCollection Bind(this NpgsqlParameterCollection parameters, string name, bool[] values) =>
        parameters.Bind(name, NpgsqlDbType.Array | NpgsqlDbType.Boolean, values);

    public static NpgsqlParameterCollection Bind(this NpgsqlParameterCollection parameters, string name, Guid[] values) =>
        parameters.Bind(name, NpgsqlDbType.Array | NpgsqlDbType.Uuid, values);

    public static NpgsqlParameterCollection Bind(this NpgsqlParameterCollection parameters, string name, string?[]? values) =>
        parameters.Bind(name, NpgsqlDbType.Array | NpgsqlDbType.Text, values);

    public static NpgsqlParameterCollection Bind(this NpgsqlParameterCollection parameters, string name, byte[]?[] values) =>
        parameters.Bind(name, NpgsqlDbType.Array | NpgsqlDbType.Bytea, values);

    private static NpgsqlParameterCollection Bind(this NpgsqlParameterCollection parameters, string name, NpgsqlDbType type, object? value)
    {
        parameters.Add(new NpgsqlParameter(name, type) { Value = value ?? DBNull.Value });
        return parameters;
    }
}
