using System.Globalization;
using System.Text.Json;
using CloudController.Jobs.Errors;
using CloudController.Jobs.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace CloudController.Jobs.PostgreSql.Tests;

/// <summary>A schema that holds much of everything, another that holds nothing yet, and how the server would read them.</summary>
public sealed class QueryPlanFixture(TestServer shared) : IAsyncLifetime
{
    // What grows with the jobs. All else is as small as there are queues, operations, owners and workers.
    private static readonly string[] Growing = ["jobs", "owned", "runs", "failures", "labels", "idempotency_keys"];

    private readonly NpgsqlDataSource anew = NpgsqlDataSource.Create(shared.Server.ConnectionString);
    private readonly NpgsqlDataSource once = NpgsqlDataSource.Create(
        new NpgsqlConnectionStringBuilder(shared.Server.ConnectionString) { Options = PostgreSqlDatabase.PlanOnce });
    private readonly PostgreSqlStoreOptions full = shared.NewOptions();
    private readonly PostgreSqlStoreOptions empty = shared.NewOptions();

    public string Full => full.Schema;

    public string Empty => empty.Schema;

    public async ValueTask InitializeAsync()
    {
        foreach (var options in (PostgreSqlStoreOptions[])[full, empty])
        {
            await using var store = new PostgreSqlJobStore(
                options, TimeProvider.System, new JobSignals(), ErrorCatalog.BuiltIn, NullLogger<PostgreSqlJobStore>.Instance);
            await store.MigrateAsync(apply: true, CancellationToken.None);
        }

        await using var fill = anew.CreateCommand(Filling(Full));
        await fill.ExecuteNonQueryAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await anew.DisposeAsync();
        await once.DisposeAsync();
    }

    /// <summary>By which indexes the tables that grow are read where a statement is planned for its values.</summary>
    internal async Task<string> PlanAnewAsync(RoundTrip statement)
    {
        var command = statement.Batch.BatchCommands[0];
        command.CommandText = $"EXPLAIN (FORMAT JSON) {command.CommandText}";
        await using var connection = await anew.OpenConnectionAsync();
        statement.Batch.Connection = connection;
        return Reads(await statement.Batch.ExecuteScalarAsync());
    }

    /// <summary>The same where it is planned once for all values, as what is prepared.</summary>
    internal async Task<string> PlanOnceAsync(RoundTrip statement)
    {
        var command = statement.Batch.BatchCommands[0];
        var (types, values) = ("", "");
        if (command.Parameters.Count > 0)
        {
            types = $"({string.Join(", ", command.Parameters.Select(parameter => parameter.DataTypeName))})";
            values = $"({string.Join(", ", command.Parameters.Select(_ => "NULL"))})";
        }

        await using var connection = await once.OpenConnectionAsync();
        await using var prepare = new NpgsqlCommand($"PREPARE planned {types} AS {command.CommandText}", connection);
        await prepare.ExecuteNonQueryAsync();
        await using var explain = new NpgsqlCommand($"EXPLAIN (FORMAT JSON) EXECUTE planned {values}", connection);
        return Reads(await explain.ExecuteScalarAsync());
    }

    private static string Reads(object? explained)
    {
        using var document = JsonDocument.Parse((string)explained!);
        return string.Join(", ", Reads(document.RootElement[0].GetProperty("Plan")).Distinct().Order(StringComparer.Ordinal));
    }

    // An index that is read without a condition is read from one end on: all of it, or as far as the statement's own limit.
    private static IEnumerable<string> Reads(JsonElement node)
    {
        var below = node.TryGetProperty("Plans", out var plans) ? plans.EnumerateArray().SelectMany(Reads) : [];
        if (node.TryGetProperty("Index Name", out var index))
        {
            var name = index.GetString()!;
            below = Array.Exists(Growing, table => name.StartsWith(table + "_", StringComparison.Ordinal))
                ? below.Prepend(node.TryGetProperty("Index Cond", out _) ? name : $"{name} from its end")
                : below;
        }
        else if (node.GetProperty("Node Type").GetString() == "Seq Scan" && Growing.Contains(node.GetProperty("Relation Name").GetString()))
        {
            below = below.Prepend($"all {node.GetProperty("Relation Name").GetString()}");
        }

        return below;
    }

    // Of a hundred jobs some 60 have ended, 20 wait for their time and 20 can be claimed; of two thousand one runs. They are due in
    // another order than they came in.
    private static string Filling(string schema) => string.Create(CultureInfo.InvariantCulture, $"""
        SET search_path = "{schema}";
        INSERT INTO lanes (queue, operation) SELECT 'queue-' || n / 5, 'operation-' || n % 5 FROM generate_series(0, 19) AS n;
        INSERT INTO owners (issuer, subject) SELECT 'issuer', 'owner-' || n FROM generate_series(0, 49) AS n;
        INSERT INTO queues (name, concurrency) VALUES ('queue-1', 5);
        INSERT INTO queues (name, rate_count, rate_seconds) VALUES ('queue-2', 5, 60);
        INSERT INTO jobs (
            guid, lane, owner, created_at, updated_at, run_at, timeout_ms, max_attempts, priority, phase, finished_at, started_at, run_started_at, nonce,
            lease_ms, lease_expires_at, expires_at, run, resource_guid, callback_host, callback_due_at)
        SELECT (lpad(to_hex(at), 12, '0') || substr(md5(n::text), 1, 20))::uuid, 1 + n / 7 % 20, 1 + n / 3 % 50, at, at, due, 60000, 1, 0, phase,
            CASE WHEN phase >= 8 THEN at END, CASE WHEN phase >= 7 THEN at END, CASE WHEN phase >= 7 THEN at END, CASE WHEN phase = 7 THEN n END,
            CASE WHEN phase = 7 THEN 60000 END, CASE WHEN phase = 7 THEN at END, CASE WHEN n % 10 = 0 THEN at END, 1,
            CASE WHEN n % 4 = 0 THEN convert_to('resource-' || n, 'UTF8') END, CASE WHEN n % 20 = 0 THEN 'host' END,
            CASE WHEN n % 20 = 0 THEN at END
        FROM (
            SELECT n, 1800000000000 + n * 1000 AS at, 1800000000000 + n * 7919 % 20000 * 1000 AS due, CASE
                WHEN n % 2000 = 0 THEN 7 WHEN n % 100 <= 60 THEN 8 + n / 100 % 4 WHEN n % 100 <= 80 THEN 3 + n / 100 % 2
                WHEN n / 100 % 10 = 0 THEN 2 ELSE 1 END AS phase
            FROM generate_series(1, 20000) AS n) AS made;
        INSERT INTO owned (owner, created_at, jobs) SELECT owner, created_at, ARRAY[guid] FROM jobs;
        INSERT INTO runs (job, run, attempt, started_at) SELECT guid, 1, 1, created_at FROM jobs;
        INSERT INTO failures (job, run, lane, ended_at, kind) SELECT guid, 1, lane, created_at, 'failed' FROM jobs WHERE phase = 9;
        INSERT INTO labels (job, key, value) SELECT guid, 'app', 'app-' || id FROM jobs WHERE id % 2 = 0;
        INSERT INTO idempotency_keys (owner, key, fingerprint, jobs) SELECT owner, 'key-' || id, '', ARRAY[guid] FROM jobs WHERE id % 2 = 0;
        ANALYZE jobs, owned, runs, failures, labels, idempotency_keys, lanes, owners;
        """);
}
