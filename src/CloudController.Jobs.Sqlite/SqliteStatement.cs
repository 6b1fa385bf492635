using System.Buffers;
using System.Text;
using SQLitePCL;

namespace CloudController.Jobs.Sqlite;

/// <summary>A prepared statement. Parameters are bound in the order in which the statement first names them; disposing makes it ready for its next
/// use. Below ADO.NET, so that reading a row allocates nothing but what is kept of it.</summary>
internal sealed class SqliteStatement : IDisposable
{
    private const int StackBytes = 512;

    private readonly sqlite3 database;
    private readonly sqlite3_stmt statement;
    private int bound;

    public SqliteStatement(sqlite3 database, string sql)
    {
        this.database = database;
        var code = raw.sqlite3_prepare_v2(database, sql, out statement);
        if (code != raw.SQLITE_OK)
        {
            throw SqliteFaults.Last(database, code);
        }
    }

    public SqliteStatement Bind(long value) => Bound(raw.sqlite3_bind_int64(statement, ++bound, value));

    public SqliteStatement Bind(long? value) => value is { } given ? Bind(given) : BindNull();

    public SqliteStatement Bind(bool value) => Bind(value ? 1L : 0L);

    public SqliteStatement Bind(DateTimeOffset value) => Bind(value.ToUnixTimeMilliseconds());

    public SqliteStatement Bind(DateTimeOffset? value) => value is { } given ? Bind(given) : BindNull();

    public SqliteStatement Bind(Guid value)
    {
        Span<byte> bytes = stackalloc byte[16];
        value.TryWriteBytes(bytes, bigEndian: true, out _);
        return Bound(raw.sqlite3_bind_blob(statement, ++bound, bytes));
    }

    /// <summary>Text; half a surrogate pair becomes U+FFFD.</summary>
    public SqliteStatement Bind(string? value)
    {
        if (value is null)
        {
            return BindNull();
        }

        if (value.Length == 0)
        {
            return Bound(raw.sqlite3_bind_text(statement, ++bound, utf8z.FromString("")));
        }

        var longest = Encoding.UTF8.GetMaxByteCount(value.Length);
        var rented = longest > StackBytes ? ArrayPool<byte>.Shared.Rent(longest) : null;
        var bytes = rented ?? stackalloc byte[StackBytes];
        var code = raw.sqlite3_bind_text(statement, ++bound, bytes[..Encoding.UTF8.GetBytes(value, bytes)]);
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }

        return Bound(code);
    }

    /// <summary>UTF-8 text; empty is NULL.</summary>
    public SqliteStatement BindText(ReadOnlySpan<byte> utf8) => utf8.IsEmpty ? BindNull() : Bound(raw.sqlite3_bind_text(statement, ++bound, utf8));

    /// <summary>Bytes; empty is NULL.</summary>
    public SqliteStatement BindBlob(ReadOnlySpan<byte> value) => value.IsEmpty ? BindNull() : Bound(raw.sqlite3_bind_blob(statement, ++bound, value));

    public SqliteStatement BindNull() => Bound(raw.sqlite3_bind_null(statement, ++bound));

    /// <summary>Goes to the next row; false: there is none.</summary>
    public bool Step()
    {
        var code = raw.sqlite3_step(statement);
        return code switch
        {
            raw.SQLITE_ROW => true,
            raw.SQLITE_DONE => false,
            _ => throw SqliteFaults.Last(database, code),
        };
    }

    /// <summary>Runs a statement that returns no rows, and makes it ready for its next use.</summary>
    public void Run()
    {
        try
        {
            Step();
        }
        finally
        {
            Dispose();
        }
    }

    public bool IsNull(int column) => raw.sqlite3_column_type(statement, column) == raw.SQLITE_NULL;

    public long Int64(int column) => raw.sqlite3_column_int64(statement, column);

    public int Int32(int column) => (int)Int64(column);

    public bool Bool(int column) => Int64(column) != 0;

    public long? NullableInt64(int column) => IsNull(column) ? null : Int64(column);

    public DateTimeOffset Instant(int column) => DateTimeOffset.FromUnixTimeMilliseconds(Int64(column));

    public DateTimeOffset? NullableInstant(int column) => IsNull(column) ? null : Instant(column);

    public Guid Guid(int column) => new(Bytes(column), bigEndian: true);

    /// <summary>The bytes of a blob or text, until the next step; empty for NULL.</summary>
    public ReadOnlySpan<byte> Bytes(int column) => raw.sqlite3_column_blob(statement, column);

    // Not sqlite3_column_text, which ends at the first U+0000.
    public string Text(int column) => Encoding.UTF8.GetString(Bytes(column));

    public string? NullableText(int column) => IsNull(column) ? null : Text(column);

    /// <summary>Makes it ready for its next use.</summary>
    public void Dispose()
    {
        _ = raw.sqlite3_reset(statement);
        bound = 0;
    }

    public void Close() => statement.Dispose();

    private SqliteStatement Bound(int code) => code == raw.SQLITE_OK ? this : throw SqliteFaults.Last(database, code);
}
