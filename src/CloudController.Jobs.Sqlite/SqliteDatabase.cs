using CloudController.Jobs.Storage;
using Microsoft.Data.Sqlite;

namespace CloudController.Jobs.Sqlite;

/// <summary>The database file: opens connections to it, and holds it for this process.</summary>
internal sealed class SqliteDatabase : IDisposable
{
    // Page caches of 64 MiB, filled as needed. No memory mapping: a file that someone cuts short would kill the process.
    private const string WriterSettings = """
        PRAGMA journal_mode = WAL;
        PRAGMA synchronous = FULL;
        PRAGMA foreign_keys = OFF;
        PRAGMA busy_timeout = 3000;
        PRAGMA cache_size = -65536;
        PRAGMA wal_autocheckpoint = 4000;
        PRAGMA journal_size_limit = 67108864;
        PRAGMA temp_store = MEMORY;
        """;

    private const string ReaderSettings = """
        PRAGMA query_only = ON;
        PRAGMA busy_timeout = 3000;
        PRAGMA cache_size = -65536;
        PRAGMA temp_store = MEMORY;
        """;

    private readonly Func<string, string> prepare;
    private FileStream? hold;

    public SqliteDatabase(SqliteStoreOptions options)
    {
        prepare = options.Prepare;
        Path = System.IO.Path.GetFullPath(options.ConnectionString is { } text ? DataSourceOf(text) : options.Path);
    }

    public string Path { get; }

    public bool Exists => File.Exists(Path);

    /// <summary>Takes the file for this process, until disposed or the process ends, however it ends.</summary>
    /// <exception cref="StoreInUseException">Another process has it.</exception>
    public void Hold()
    {
        if (hold is not null)
        {
            return;
        }

        try
        {
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path)!);
            hold = new FileStream(Path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException exception) when (exception.HResult is EAgain or SharingViolation)
        {
            throw new StoreInUseException($"The store {Path} belongs to another process.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StoreUnavailableException($"The store {Path} cannot be held: {exception.Message}", exception);
        }
    }

    /// <summary>Makes an empty file that only its owner can read.</summary>
    public void Create()
    {
        if (Exists)
        {
            return;
        }

        try
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            new FileStream(Path, options).Dispose();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StoreUnavailableException($"The store {Path} cannot be made: {exception.Message}", exception);
        }
    }

    public SqliteSession OpenWriter() => Open(WriterSettings);

    public SqliteSession OpenReader() => Open(ReaderSettings);

    public void Dispose()
    {
        hold?.Dispose();
        hold = null;
    }

    private const int EAgain = 11;
    private const int SharingViolation = unchecked((int)0x80070020);

    private static string DataSourceOf(string connectionString)
    {
        var parts = new SqliteConnectionStringBuilder(connectionString);
        return parts.Password.Length == 0 ? parts.DataSource : throw new ArgumentException("A SQLite store cannot have a Password: it is not encrypted.");
    }

    private SqliteSession Open(string settings)
    {
        var session = new SqliteSession(Path, prepare);
        try
        {
            session.Execute(settings);
            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }
}
