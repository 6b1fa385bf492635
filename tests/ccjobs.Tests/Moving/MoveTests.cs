using System.Text;
using System.Text.Json;
using CloudController.Jobs.Cli.Tests.Server;

namespace CloudController.Jobs.Cli.Tests.Moving;

/// <summary>Contract §9: <c>ccjobs move</c> takes all that a stopped SQLite store holds to PostgreSQL.</summary>
public sealed class MoveTests(MovedStore store) : IClassFixture<MovedStore>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_was_answered_before_the_move_is_answered_after_it_byte_for_byte()
    {
        string[] guids;
        using (var filled = await store.StartSqliteAsync())
        {
            guids = await FillAsync(filled);
            await filled.SignalAsync("TERM");
            await filled.EndAsync();
        }

        Dictionary<string, string> before;
        using (var source = await store.StartSqliteAsync("--Worker:Enabled=false"))
        {
            before = await ReadAllAsync(source, guids);
            var inUse = await store.MoveAsync();
            Assert.Equal((1, $"The store {store.Database} belongs to another process.\n", ""), (inUse.ExitCode, inUse.Error, inUse.Out));
        }

        var plan = await store.MoveAsync("--dry-run");
        Assert.Equal((0, ""), (plan.ExitCode, plan.Error));
        Assert.Equal($"Would move {guids.Length} jobs, ", plan.Lines[^1][..$"Would move {guids.Length} jobs, ".Length]);
        Assert.False(await store.QueryAsync<bool>("SELECT to_regnamespace('ccjobs') IS NOT NULL"));

        var moved = await store.MoveAsync();
        Assert.Equal((0, ""), (moved.ExitCode, moved.Error));
        Assert.StartsWith(plan.Lines[^1].Replace("Would move", "Moved", StringComparison.Ordinal)[..^1], moved.Lines[0], StringComparison.Ordinal);
        Assert.DoesNotContain("correct horse", moved.Out, StringComparison.Ordinal);

        using (var target = await store.StartPostgreSqlAsync("--Worker:Enabled=false"))
        {
            var after = await ReadAllAsync(target, guids);
            Assert.All(before, answer => Assert.Equal(answer, KeyValuePair.Create(answer.Key, after[answer.Key])));

            // Keys hold, what comes now comes last, and what waits can be worked on.
            Assert.Equal(guids[0], Guid(await MovedStore.PostAsync(target, "/v3/jobs", """{"operation":"app.other"}""", "key-1")));
            var bulk = await MovedStore.PostAsync(
                target, "/v3/jobs/actions/bulk", """{"jobs":[{"operation":"app.other"},{"operation":"app.other","priority":1}]}""", "key-2");
            Assert.Equal(guids[1..3], bulk.GetProperty("resources").EnumerateArray().Select(Guid));
            var next = await target.SubmitAsync("""{"operation":"app.other"}""");
            var newest = await target.Http.GetStringAsync("/v3/jobs?order_by=-created_at&per_page=1", Cancellation);
            Assert.Equal(next, Guid(JsonDocument.Parse(newest).RootElement.GetProperty("resources")[0]));
        }

        // Six leases that were taken, and two jobs that were run, of the queue with a rate.
        Assert.Equal(8, await store.QueryAsync<long>("SELECT sum(starts) FROM ccjobs.queue_starts"));

        var again = await store.MoveAsync();
        Assert.Equal((0, ""), (again.ExitCode, again.Error));
        var start = await store.RunAsync("server", "--urls=http://127.0.0.1:0");
        Assert.Equal(
            (1, $"The store {store.Database} was moved to PostgreSQL, 127.0.0.1, database postgres; go on there, with Store=postgres and its "
                + "ConnectionString.\n"),
            (start.ExitCode, start.Error));
        var giveUp = await store.RunAsync("move", "--give-up");
        Assert.Equal(1, giveUp.ExitCode);
    }

    /// <summary>Jobs of every phase, in a store whose server is still running.</summary>
    private static async Task<string[]> FillAsync(ServerProcess server)
    {
        await MovedStore.PatchAsync(server, "/v3/queues/default", """{"rate":{"count":1000,"seconds":86400}}""");
        var guids = new List<string> { Guid(await MovedStore.PostAsync(server, "/v3/jobs", """{"operation":"app.other"}""", "key-1")) };
        var bulk = await MovedStore.PostAsync(
            server, "/v3/jobs/actions/bulk", """{"jobs":[{"operation":"app.other"},{"operation":"app.other","priority":1}]}""", "key-2");
        guids.AddRange(bulk.GetProperty("resources").EnumerateArray().Select(Guid));

        // All that can be said of a job; U+0000, half a surrogate pair and digits beyond a number's range come back as sent.
        await SubmitAsync("""
            {"operation":"app.other","queue":"slow","priority":-3,"max_attempts":7,"backoff":{"initial_seconds":1,"factor":3,"max_seconds":9},
             "timeout_seconds":77,"expires_at":"2099-01-01T00:00:00Z","arguments":{"b":"\u0000\ud800","a":[1.0,12345678901234567890123]},
             "resource":{"type":"app","guid":"a-ü","url":"/v3/apps/a"},
             "metadata":{"labels":{"env":"production","example.org/empty":""},"annotations":{"note":"ä and a half: \ud83d\ude00"}}}
            """);
        await SubmitAsync($$"""{"operation":"app.other","arguments":"{{new string('x', 900_000)}}","metadata":{"labels":{"env":"staging"} } }""");
        await SubmitAsync("""{"operation":"app.other","run_at":"2099-01-01T00:00:00Z"}""");

        // Somebody else's.
        var operators = server.Http.DefaultRequestHeaders.Authorization;
        server.Http.DefaultRequestHeaders.Authorization = new("bearer", MovedStore.UserToken);
        await SubmitAsync("""{"operation":"app.other"}""");
        await SubmitAsync("""{"operation":"app.other"}""");
        server.Http.DefaultRequestHeaders.Authorization = operators;

        // What a worker elsewhere made of jobs.
        await SubmitAsync("""{"operation":"app.complete"}""");
        await LeaseAsync(
            "app.complete", "complete", $$"""{"result":{"big":"{{new string('r', 5_000)}}\u0000\ud800"},"warnings":["w-ä","w2"]}""");
        await SubmitAsync("""{"operation":"app.fail","max_attempts":1}""");
        await LeaseAsync("app.fail", "fail", """{"errors":[{"name":"AppNotFound","args":["x"]},{"detail":"hidden detail"}]}""");
        await SubmitAsync("""{"operation":"app.fail2","max_attempts":3,"backoff":{"initial_seconds":86400,"factor":1,"max_seconds":86400}}""");
        await LeaseAsync("app.fail2", "fail", "{}");
        await SubmitAsync("""{"operation":"app.poll"}""");
        await LeaseAsync("app.poll", "poll_again", """{"seconds":86400}""");
        await SubmitAsync("""{"operation":"app.release"}""");
        await LeaseAsync("app.release", "release", """{"delay_seconds":3600}""");
        await SubmitAsync("""{"operation":"app.run"}""");
        await LeaseAsync("app.run", null, null);
        await SubmitAsync("""{"operation":"app.other"}""");
        await MovedStore.PostAsync(server, $"/v3/jobs/{guids[^1]}/actions/cancel", "");
        await SubmitAsync("""{"operation":"noop"}""");
        await server.WaitForAsync(guids[^1], "finished");
        await SubmitAsync("""{"operation":"sleep","arguments":{"seconds":0,"fail":{"name":"AppNotFound","args":["a"]}}}""");
        await WaitForEndAsync(guids[^1]);
        var soon = TimeProvider.System.GetUtcNow().AddSeconds(2);
        await SubmitAsync($$"""{"operation":"app.other","expires_at":"{{soon:yyyy-MM-dd'T'HH:mm:ss'Z'}}"}""");
        await server.WaitForAsync(guids[^1], "expired");

        await MovedStore.PatchAsync(server, "/v3/queues/slow", """{"concurrency":3,"rate":{"count":9,"seconds":86400}}""");
        await MovedStore.PostAsync(server, "/v3/queues/slow/actions/pause", """{"reason":"full disk"}""");
        await MovedStore.PostAsync(server, "/v3/queues/once/actions/pause", "{}");
        await MovedStore.PostAsync(server, "/v3/queues/once/actions/resume", "{}");
        await MovedStore.PostAsync(server, "/v3/operations/app.other/actions/pause", """{"reason":"upgrade"}""");
        return [.. guids];

        async Task SubmitAsync(string job) => guids.Add(await server.SubmitAsync(job));

        async Task LeaseAsync(string operation, string? action, string? body)
        {
            var leases = await MovedStore.PostAsync(server, "/v3/leases", $$"""{"worker":"w","operations":["{{operation}}"]}""");
            var lease = leases.GetProperty("resources")[0].GetProperty("lease").GetString();
            const string Report = """{"progress":{"percent":40,"message":"m-ä"},"warnings":["early"],"log":["line","ä"]}""";
            using var beat = new StringContent(Report, Encoding.UTF8, "application/json");
            using var beaten = await server.Http.PatchAsync($"/v3/leases/{lease}", beat, Cancellation);
            Assert.True(beaten.IsSuccessStatusCode, await beaten.Content.ReadAsStringAsync(Cancellation));
            if (action is not null)
                await MovedStore.PostAsync(server, $"/v3/leases/{lease}/actions/{action}", body!);
        }

        async Task WaitForEndAsync(string guid)
        {
            while ((await server.ReadAsync(guid)).GetProperty("state").GetString() != "FAILED")
                await Task.Delay(20, Cancellation);
        }
    }

    private static async Task<Dictionary<string, string>> ReadAllAsync(ServerProcess server, string[] guids)
    {
        string[] paths =
        [
            .. guids.SelectMany(guid => new[] { $"/v2/jobs/{guid}", $"/v3/jobs/{guid}", $"/v3/jobs/{guid}/attempts" }),
            "/v2/jobs/5a0bd0a3-0f2e-4b52-9d3a-0f3dbdf8b1b7",
            "/v3/jobs", "/v3/jobs?order_by=-created_at", "/v3/jobs?order_by=updated_at&per_page=7&page=2", "/v3/jobs?states=FAILED",
            "/v3/jobs?label_selector=env", "/v3/jobs?label_selector=env%20in%20(production)", "/v3/jobs?queues=slow", "/v3/jobs?resource_guids=a-%C3%BC",
            "/v3/jobs?phases=scheduled,polling,running", "/v3/queues/slow", "/v3/queues/once", "/v3/queues/default", "/v3/operations/app.other",
            "/v3/errors",
        ];
        var answers = new Dictionary<string, string>();
        foreach (var path in paths)
        {
            using var response = await server.Http.GetAsync(path, Cancellation);
            var body = WithoutAge(await response.Content.ReadAsStringAsync(Cancellation));
            answers[path] = $"{(int)response.StatusCode} {response.Headers.ETag} {body}";
        }

        using var own = new HttpRequestMessage(HttpMethod.Get, "/v3/jobs?order_by=-created_at");
        own.Headers.Authorization = new("bearer", MovedStore.UserToken);
        using var owned = await server.Http.SendAsync(own, Cancellation);
        answers["a user's own"] = await owned.Content.ReadAsStringAsync(Cancellation);
        Assert.Contains("\"total_results\":2,", answers["a user's own"], StringComparison.Ordinal);
        return answers;
    }

    // How long the oldest job has waited is the one thing that is another at every look.
    private static string WithoutAge(string body) => System.Text.RegularExpressions.Regex.Replace(body, "\"oldest_waiting_seconds\":[0-9]+", "");

    private static string Guid(JsonElement job) => job.GetProperty("guid").GetString()!;
}
