using SQLitePCL;

namespace CloudController.Jobs.Sqlite;

/// <summary>One connection and its prepared statements. Used by one thread at a time.</summary>
internal sealed class SqliteSession : IDisposable
{
    // SQLite's own lock, taken at every call, costs a sixth of the writer's time; whoever rents a session has it alone.
    private const int Flags = raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_NOMUTEX;

    private readonly sqlite3 database;
    private readonly Func<string, string> prepare;

    // Statements are constants: told apart by reference, their long texts need not be hashed.
    private readonly Dictionary<string, SqliteStatement> statements = new(ReferenceEqualityComparer.Instance);

    static SqliteSession() => Batteries_V2.Init();

    /// <summary>Opens a file that is there.</summary>
    public SqliteSession(string path, Func<string, string> prepare)
    {
        this.prepare = prepare;
        var code = raw.sqlite3_open_v2(path, out database, Flags, null);
        if (code == raw.SQLITE_OK)
        {
            return;
        }

        using (database)
        {
            throw SqliteFaults.Last(database, code);
        }
    }

    /// <summary>How many rows the last INSERT, UPDATE or DELETE changed.</summary>
    public int Changes => raw.sqlite3_changes(database);

    /// <summary>Number of the row that was inserted last.</summary>
    public long LastRowId => raw.sqlite3_last_insert_rowid(database);

    /// <summary>Whether a transaction is open.</summary>
    public bool InTransaction => raw.sqlite3_get_autocommit(database) == 0;

    /// <summary>A prepared statement of this session, kept for the next use; dispose it after each use.</summary>
    /// <param name="sql">A constant.</param>
    public SqliteStatement Statement(string sql)
    {
        if (!statements.TryGetValue(sql, out var statement))
        {
            statement = new SqliteStatement(database, prepare(sql));
            statements.Add(sql, statement);
        }

        return statement;
    }

    /// <summary>A statement that is used once: close it.</summary>
    public SqliteStatement Prepare(string sql) => new(database, sql);

    /// <summary>Runs one or more statements that return nothing.</summary>
    public void Execute(string sql)
    {
        var code = raw.sqlite3_exec(database, sql);
        if (code != raw.SQLITE_OK)
        {
            throw SqliteFaults.Last(database, code);
        }
    }

    /// <summary>Stops the statement that runs now; may be called from any thread.</summary>
    public void Interrupt() => raw.sqlite3_interrupt(database);

    public void Dispose()
    {
        foreach (var statement in statements.Values)
        {
            statement.Close();
        }

        statements.Clear();
        database.Dispose();
    }
}
