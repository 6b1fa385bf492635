using Microsoft.Data.Sqlite;

namespace CloudController.Jobs.Benchmarks.Stores;

/// <summary>What plain Microsoft.Data.Sqlite reaches on one plain job table, at the durability that the store has: WAL, synchronous=FULL.</summary>
internal sealed class PlainSqlite : IDisposable
{
    private readonly SqliteConnection connection;

    public PlainSqlite(string path)
    {
        connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        Run("""
            PRAGMA journal_mode = WAL;
            PRAGMA synchronous = FULL;
            PRAGMA cache_size = -65536;
            CREATE TABLE jobs (
                id INTEGER PRIMARY KEY, guid BLOB NOT NULL UNIQUE, queue TEXT NOT NULL, operation TEXT NOT NULL, state INTEGER NOT NULL,
                priority INTEGER NOT NULL, run_at INTEGER NOT NULL, attempt INTEGER NOT NULL DEFAULT 0, lease INTEGER, lease_expires_at INTEGER,
                finished_at INTEGER, arguments TEXT);
            CREATE INDEX jobs_runnable ON jobs (queue, priority, run_at) WHERE state = 1;
            """);
    }

    /// <summary>Rows a second, so many in one commit.</summary>
    public Rate Insert(int jobs, int perCommit)
    {
        using var insert = connection.CreateCommand();
        insert.CommandText = """
            INSERT INTO jobs (guid, queue, operation, state, priority, run_at, arguments) VALUES ($guid, 'default', 'app.delete', 1, 0, $run_at, $arguments)
            """;
        var guid = insert.Parameters.Add("$guid", SqliteType.Blob);
        var runAt = insert.Parameters.Add("$run_at", SqliteType.Integer);
        insert.Parameters.AddWithValue("$arguments", SomeArguments.Text);
        var meter = new Rate.Meter();
        for (var done = 0; done < jobs; done += perCommit)
        {
            using var transaction = connection.BeginTransaction();
            insert.Transaction = transaction;
            for (var row = 0; row < perCommit; row++)
            {
                var now = TimeProvider.System.GetUtcNow();
                guid.Value = JobGuid.New(now).ToByteArray(bigEndian: true);
                runAt.Value = now.ToUnixTimeMilliseconds();
                insert.ExecuteNonQuery();
            }

            transaction.Commit();
        }

        return meter.Of(jobs);
    }

    /// <summary>Claims and completes everything in batches, each with two commits: jobs a second.</summary>
    public Rate Process(int batch)
    {
        using var claim = connection.CreateCommand();
        claim.CommandText = """
            UPDATE jobs SET state = 7, attempt = attempt + 1, lease = $lease, lease_expires_at = $expires_at
            WHERE id IN (
                SELECT id FROM jobs WHERE state = 1 AND queue = 'default' AND run_at <= $now ORDER BY priority, run_at LIMIT $limit)
            RETURNING id, guid, operation, attempt, arguments
            """;
        var lease = claim.Parameters.Add("$lease", SqliteType.Integer);
        var expiresAt = claim.Parameters.Add("$expires_at", SqliteType.Integer);
        var now = claim.Parameters.Add("$now", SqliteType.Integer);
        claim.Parameters.AddWithValue("$limit", batch);
        using var complete = connection.CreateCommand();
        complete.CommandText = """
            UPDATE jobs SET state = 8, finished_at = $now, lease = NULL, lease_expires_at = NULL
            WHERE id IN (SELECT value FROM json_each($ids)) AND state = 7 AND lease = $lease
            """;
        var ids = complete.Parameters.Add("$ids", SqliteType.Text);
        var held = complete.Parameters.Add("$lease", SqliteType.Integer);
        var finishedAt = complete.Parameters.Add("$now", SqliteType.Integer);

        var done = 0;
        var meter = new Rate.Meter();
        for (var nonce = 1L; ; nonce++)
        {
            var instant = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
            (lease.Value, expiresAt.Value, now.Value) = (nonce, instant + 30_000, instant);
            var claimed = new List<long>(batch);
            using (var reader = claim.ExecuteReader())
            {
                while (reader.Read())
                {
                    claimed.Add(reader.GetInt64(0));
                    _ = reader.GetString(4);
                }
            }

            if (claimed.Count == 0)
            {
                return meter.Of(done);
            }

            (ids.Value, held.Value, finishedAt.Value) = ($"[{string.Join(',', claimed)}]", nonce, instant);
            done += complete.ExecuteNonQuery();
        }
    }

    /// <summary>Rows read by guid, a second, on one prepared connection.</summary>
    public Rate Read(int reads)
    {
        var guids = new List<byte[]>();
        using (var all = connection.CreateCommand())
        {
            all.CommandText = "SELECT guid FROM jobs";
            using var reader = all.ExecuteReader();
            while (reader.Read())
            {
                guids.Add((byte[])reader[0]);
            }
        }

        using var find = connection.CreateCommand();
        find.CommandText = "SELECT state, run_at, attempt FROM jobs WHERE guid = $guid";
        var guid = find.Parameters.Add("$guid", SqliteType.Blob);
        var random = new Random(1);
        var meter = new Rate.Meter();
        for (var read = 0; read < reads; read++)
        {
            guid.Value = guids[random.Next(guids.Count)];
            using var reader = find.ExecuteReader();
            reader.Read();
            _ = reader.GetInt64(0) + reader.GetInt64(1) + reader.GetInt64(2);
        }

        return meter.Of(reads);
    }

    public void Dispose() => connection.Dispose();

    private void Run(string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
