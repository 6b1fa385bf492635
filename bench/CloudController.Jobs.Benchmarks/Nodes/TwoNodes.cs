using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using CloudController.Jobs.Benchmarks.Measuring;
using CloudController.Jobs.PostgreSql.Tests;
using Npgsql;

namespace CloudController.Jobs.Benchmarks.Nodes;

/// <summary>Two servers on one PostgreSQL: how many statements they send at rest, and how soon a follower at one sees what was changed at the other.</summary>
internal static class TwoNodes
{
    private const int Changes = 200;
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan BetweenChanges = TimeSpan.FromMilliseconds(20);

    public static async Task RunAsync(BenchmarkSettings settings, TextWriter output)
    {
        await using var server = await PostgreSqlServer.StartAsync(settings.Directory, durable: true);
        await using var source = NpgsqlDataSource.Create(server.ConnectionString);
        await CountStatementsAsync(server, source);
        using var scratch = new ScratchDirectory(settings.Directory);
        await using var first = await StartAsync(scratch, server);
        await using var second = await StartAsync(scratch, server);

        await Task.Delay(Settling);
        var rest = TimeSpan.FromSeconds(settings.Seconds);
        await source.CreateCommand("SELECT pg_stat_statements_reset()").ExecuteNonQueryAsync();
        await Task.Delay(rest);
        var statements = await ReadStatementsAsync(source);

        var (streams, waits) = (new List<Latencies>(), new List<Latencies>());
        for (var repetition = -1; repetition < settings.Repetitions; repetition++)
        {
            var stream = await MeasureAsync(first, second, FollowAsync);
            var wait = await MeasureAsync(first, second, WaitAsync);
            if (repetition >= 0)
            {
                streams.Add(stream);
                waits.Add(wait);
            }
        }

        var table = new ResultTable(output, "Two nodes on one PostgreSQL");
        table.Add("at rest", "statements/s each", [statements.Sum(statement => statement.Calls) / rest.TotalSeconds / 2], "≤ 1");
        foreach (var (calls, text) in statements)
        {
            table.Add(text, "statements/s each", [calls / rest.TotalSeconds / 2]);
        }

        Show(table, "from a cancel's answer at one node to the end event at the other", streams);
        Show(table, "from a cancel's answer at one node to the answer of Prefer: wait at the other", waits);
    }

    private static void Show(ResultTable table, string what, List<Latencies> all)
    {
        table.Add($"{what}: p50", "ms", [.. all.Select(one => one.Percentile(0.50))], "< 5");
        table.Add($"{what}: p99", "ms", [.. all.Select(one => one.Percentile(0.99))], "< 25");
    }

    private static async Task CountStatementsAsync(PostgreSqlServer server, NpgsqlDataSource source)
    {
        await source.CreateCommand("ALTER SYSTEM SET shared_preload_libraries = 'pg_stat_statements'").ExecuteNonQueryAsync();
        source.Clear();
        await server.StopAsync();
        await server.StartAgainAsync();
        await source.CreateCommand("CREATE EXTENSION pg_stat_statements").ExecuteNonQueryAsync();
    }

    private static async Task<List<(long Calls, string Text)>> ReadStatementsAsync(NpgsqlDataSource source)
    {
        await using var command = source.CreateCommand("""
            SELECT calls, left(regexp_replace(regexp_replace(query, '\s+', ' ', 'g'), '[|]', '', 'g'), 60) FROM pg_stat_statements
            WHERE query NOT LIKE '%pg_stat_statements%' ORDER BY calls DESC
            """);
        await using var reader = await command.ExecuteReaderAsync();
        var statements = new List<(long, string)>();
        while (await reader.ReadAsync())
        {
            statements.Add((reader.GetInt64(0), reader.GetString(1)));
        }

        return statements;
    }

    private static Task<JobsServer> StartAsync(ScratchDirectory scratch, PostgreSqlServer server)
    {
        var directory = Directory.CreateDirectory(scratch.File(Path.GetRandomFileName())).FullName;
        return JobsServer.StartAsync(directory, "--Store=postgres", $"--ConnectionString={server.ConnectionString}");
    }

    // Who follows is there before the change is asked for: scheduled jobs, cancelled one after another.
    private static async Task<Latencies> MeasureAsync(
        JobsServer changing, JobsServer following, Func<HttpClient, string, TaskCompletionSource, Task<long>> follow)
    {
        using var change = changing.CreateClient();
        using var read = following.CreateClient();
        var milliseconds = new List<double>();
        for (var number = 0; number < Changes; number++)
        {
            var submission = new { operation = "noop", run_at = "2999-01-01T00:00:00Z" };
            using var submitted = await change.PostAsJsonAsync("/v3/jobs", submission);
            var guid = (await submitted.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("guid").GetString()!;
            var follows = new TaskCompletionSource();
            var seen = follow(read, guid, follows);
            await follows.Task;
            await Task.Delay(BetweenChanges);
            using var cancelled = await change.PostAsync(new Uri($"/v3/jobs/{guid}/actions/cancel", UriKind.Relative), null);
            var answered = Stopwatch.GetTimestamp();
            cancelled.EnsureSuccessStatusCode();
            milliseconds.Add(Math.Max(0, Stopwatch.GetElapsedTime(answered, await seen).TotalMilliseconds));
        }

        return new Latencies(milliseconds);
    }

    private static async Task<long> FollowAsync(HttpClient client, string guid, TaskCompletionSource follows)
    {
        using var response = await client.GetAsync(new Uri($"/v3/jobs/{guid}/events", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        while (await reader.ReadLineAsync() is { } line)
        {
            follows.TrySetResult();
            if (line == "event: end")
                return Stopwatch.GetTimestamp();
        }

        throw new InvalidOperationException("The stream ended without the job's end.");
    }

    private static async Task<long> WaitAsync(HttpClient client, string guid, TaskCompletionSource follows)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v3/jobs/{guid}");
        request.Headers.Add("Prefer", "wait=30");
        var answer = client.SendAsync(request);
        follows.SetResult();
        using var response = await answer;
        response.EnsureSuccessStatusCode();
        return Stopwatch.GetTimestamp();
    }

    private sealed class Latencies(IEnumerable<double> milliseconds)
    {
        private readonly double[] sorted = [.. milliseconds.Order()];

        public double Percentile(double share) => sorted[(int)Math.Ceiling(share * sorted.Length) - 1];
    }
}
