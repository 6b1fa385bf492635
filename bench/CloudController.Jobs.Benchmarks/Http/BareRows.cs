using System.Data;
using Microsoft.Data.Sqlite;

namespace CloudController.Jobs.Benchmarks.Http;

/// <summary>The plain table that the bare server reads: what a status needs, found by guid.</summary>
internal static class BareRows
{
    public const string Find = "SELECT guid, created_at, status FROM jobs WHERE guid = $guid";

    private const int RowsPerCommit = 10_000;

    private const string Schema = """
        PRAGMA journal_mode = WAL;
        PRAGMA synchronous = NORMAL;
        CREATE TABLE jobs (
            id INTEGER PRIMARY KEY,
            guid TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            status TEXT NOT NULL,
            queue TEXT NOT NULL,
            priority INTEGER NOT NULL,
            arguments TEXT NOT NULL
        );
        CREATE UNIQUE INDEX jobs_guid ON jobs (guid);
        """;

    private const string Insert = """
        INSERT INTO jobs (guid, created_at, status, queue, priority, arguments)
        VALUES ($guid, $created_at, 'finished', 'default', 0, $arguments)
        """;

    /// <summary>Makes the table, and keeps of its guids those that <paramref name="sample"/> asks for.</summary>
    public static void Fill(string path, int count, GuidSample sample)
    {
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        using (var schema = connection.CreateCommand())
        {
            schema.CommandText = Schema;
            schema.ExecuteNonQuery();
        }

        using var insert = connection.CreateCommand();
        insert.CommandText = Insert;
        var guid = insert.Parameters.Add("$guid", SqliteType.Text);
        var createdAt = insert.Parameters.Add("$created_at", SqliteType.Integer);
        insert.Parameters.Add("$arguments", SqliteType.Text).Value = SomeArguments.Text;
        insert.Prepare();
        for (var done = 0; done < count;)
        {
            using var transaction = connection.BeginTransaction(IsolationLevel.Serializable);
            insert.Transaction = transaction;
            for (var end = Math.Min(count, done + RowsPerCommit); done < end; done++)
            {
                var now = DateTimeOffset.UtcNow;
                var made = JobGuid.New(now);
                guid.Value = made.ToString();
                createdAt.Value = now.ToUnixTimeMilliseconds();
                insert.ExecuteNonQuery();
                sample.Offer(made);
            }

            transaction.Commit();
        }
    }
}
