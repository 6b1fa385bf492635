using System.Threading.Channels;
using Npgsql;
using NpgsqlTypes;

namespace CloudController.Jobs.Benchmarks.Stores;

/// <summary>What plain Npgsql reaches on one plain job table with two indexes: the limit for any design of that shape.</summary>
internal sealed class PlainPostgreSql(NpgsqlDataSource source)
{
    private const string InsertRows = """
        INSERT INTO plain.jobs (guid, queue, operation, state, priority, run_at, arguments)
        SELECT guid, 'default', 'app.delete', 1, 0, now(), arguments::jsonb FROM unnest(@guids, @arguments) AS given (guid, arguments)
        """;

    private const string Complete = """
        UPDATE plain.jobs SET state = 8, finished_at = now(), lease = NULL, lease_expires_at = NULL WHERE id = ANY(@ids) AND state = 7
        """;

    private const string Claim = """
        WITH runnable AS MATERIALIZED (
            SELECT id FROM plain.jobs WHERE state = 1 AND queue = 'default' AND run_at <= now()
            ORDER BY priority, run_at, id LIMIT @limit FOR UPDATE SKIP LOCKED)
        UPDATE plain.jobs SET state = 7, attempt = attempt + 1, lease = gen_random_uuid(), lease_expires_at = now() + interval '30 s'
        FROM runnable WHERE jobs.id = runnable.id
        RETURNING jobs.id, guid, operation, attempt, arguments
        """;

    public async Task CreateAsync()
    {
        await using var command = source.CreateCommand("""
            CREATE SCHEMA plain;
            CREATE TABLE plain.jobs (
                id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, guid uuid NOT NULL, queue text NOT NULL, operation text NOT NULL,
                state smallint NOT NULL, priority smallint NOT NULL, run_at timestamptz NOT NULL, attempt integer NOT NULL DEFAULT 0, lease uuid,
                lease_expires_at timestamptz, finished_at timestamptz, arguments jsonb);
            CREATE INDEX jobs_runnable ON plain.jobs (queue, priority, run_at, id) WHERE state = 1;
            """);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Rows a second, so many in one commit, on one connection.</summary>
    public async Task<Rate> InsertAsync(int jobs, int perCommit)
    {
        await using var connection = await source.OpenConnectionAsync();
        await using var insert = await PrepareInsertAsync(connection);
        var meter = new Rate.Meter();
        for (var done = 0; done < jobs; done += perCommit)
        {
            await InsertAsync(insert, perCommit);
        }

        return meter.Of(jobs);
    }

    /// <summary>Rows a second of so many callers, each waiting for its commit, grouped by one writer.</summary>
    public async Task<Rate> InsertGroupedAsync(int jobs, int callers)
    {
        var waiting = Channel.CreateUnbounded<TaskCompletionSource>();
        var left = jobs;
        var meter = new Rate.Meter();
        var writing = Task.Run(() => WriteGroupsAsync(waiting.Reader));
        await Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(async () =>
        {
            while (Interlocked.Decrement(ref left) >= 0)
            {
                var committed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                waiting.Writer.TryWrite(committed);
                await committed.Task;
            }
        })));
        waiting.Writer.Complete();
        await writing;
        return meter.Of(jobs);
    }

    /// <summary>Jobs a second of so many consumers, which complete a batch and claim the next in one round trip and one commit.</summary>
    public async Task<Rate> ProcessAsync(int batch, int consumers)
    {
        var meter = new Rate.Meter();
        var done = await Task.WhenAll(Enumerable.Range(0, consumers).Select(_ => Task.Run(() => ConsumeAsync(batch))));
        return meter.Of(done.Sum());
    }

    private async Task<int> ConsumeAsync(int batch)
    {
        await using var connection = await source.OpenConnectionAsync();
        await using var exchange = new NpgsqlBatch(connection);
        var ids = new NpgsqlParameter<long[]>("ids", []);
        exchange.BatchCommands.Add(new NpgsqlBatchCommand(Complete) { Parameters = { ids } });
        exchange.BatchCommands.Add(new NpgsqlBatchCommand(Claim) { Parameters = { new NpgsqlParameter<int>("limit", batch) } });
        await exchange.PrepareAsync();
        var done = 0;
        while (true)
        {
            var claimed = new List<long>(batch);
            await using (var reader = await exchange.ExecuteReaderAsync())
            {
                while (await reader.ReadAsync())
                {
                    claimed.Add(reader.GetInt64(0));
                    _ = reader.GetString(4);
                }
            }

            done += ids.TypedValue!.Length;
            ids.TypedValue = [.. claimed];
            if (claimed.Count == 0)
            {
                return done;
            }
        }
    }

    private async Task WriteGroupsAsync(ChannelReader<TaskCompletionSource> waiting)
    {
        await using var connection = await source.OpenConnectionAsync();
        await using var insert = await PrepareInsertAsync(connection);
        while (await waiting.WaitToReadAsync())
        {
            var group = new List<TaskCompletionSource>();
            while (waiting.TryRead(out var one))
            {
                group.Add(one);
            }

            await InsertAsync(insert, group.Count);
            group.ForEach(one => one.SetResult());
        }
    }

    private static async Task<NpgsqlCommand> PrepareInsertAsync(NpgsqlConnection connection)
    {
        var insert = new NpgsqlCommand(InsertRows, connection);
        insert.Parameters.Add(new NpgsqlParameter("guids", NpgsqlDbType.Array | NpgsqlDbType.Uuid));
        insert.Parameters.Add(new NpgsqlParameter("arguments", NpgsqlDbType.Array | NpgsqlDbType.Text));
        await insert.PrepareAsync();
        return insert;
    }

    private static Task<int> InsertAsync(NpgsqlCommand insert, int rows)
    {
        var now = TimeProvider.System.GetUtcNow();
        insert.Parameters[0].Value = Enumerable.Range(0, rows).Select(_ => JobGuid.New(now)).ToArray();
        insert.Parameters[1].Value = Enumerable.Repeat(SomeArguments.Text, rows).ToArray();
        return insert.ExecuteNonQueryAsync();
    }
}
