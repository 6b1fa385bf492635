using CloudController.Jobs.Client;

namespace CloudController.Jobs.Cli.Tests;

/// <summary>The typed client, against documents as the contract's §5 has them.</summary>
public sealed class ClientTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Following_waits_with_the_known_tag_and_asks_a_running_job_for_its_progress()
    {
        await using var server = await ScriptedServer.StartAsync((number, context) =>
        {
            context.Response.Headers.ETag = $"\"{number}\"";
            return ScriptedServer.AnswerAsync(context, 200, Documents.Job(number switch { 0 => "queued", 1 => "running", _ => "finished" }));
        });
        using var http = Connect(server);

        var phases = await new JobsClient(http, new Impatience()).FollowAsync(Documents.Guid, TimeSpan.Zero, Cancellation)
            .Select(job => job.Phase).ToListAsync(Cancellation);

        Assert.Equal(["queued", "running", "finished"], phases);
        Assert.Equal(["", "wait=20", "wait=1"], server.Requests.Select(seen => seen.Headers["Prefer"].ToString()));
        Assert.Equal(["", "\"0\"", ""], server.Requests.Select(seen => seen.Headers.IfNoneMatch.ToString()));
    }

    [Fact]
    public async Task Following_never_hammers_a_server_that_does_not_hold_its_answers()
    {
        await using var server = await ScriptedServer.StartAsync((number, context) =>
        {
            if (number == 3)
                return ScriptedServer.AnswerAsync(context, 200, Documents.Job("finished"));
            if (number == 0)
                return ScriptedServer.AnswerAsync(context, 200, Documents.Job("queued"));

            context.Response.StatusCode = 304;
            if (number == 1)
                context.Response.Headers.RetryAfter = "7";
            return Task.CompletedTask;
        });
        using var http = Connect(server);
        var time = new Impatience();

        await new JobsClient(http, time).FollowAsync(Documents.Guid, TimeSpan.Zero, Cancellation).LastAsync(Cancellation);

        Assert.Equal([0.1, 7, 1], time.Waits.Select(wait => wait.TotalSeconds));
    }

    [Fact]
    public async Task Following_gives_up_on_a_server_that_stays_away_for_longer_than_its_patience()
    {
        await using var server = await ScriptedServer.StartAsync((number, context) => number == 0
            ? ScriptedServer.AnswerAsync(context, 200, Documents.Job("running"))
            : ScriptedServer.AnswerAsync(context, 502, "bad gateway"));
        using var http = Connect(server);
        var time = new Impatience();
        var jobs = new JobsClient(http, time).FollowAsync(Documents.Guid, TimeSpan.FromSeconds(30), Cancellation);

        await Assert.ThrowsAsync<JobsServerUnreachableException>(async () => await jobs.LastAsync(Cancellation));

        Assert.Equal(30, time.Waits.Skip(1).Sum(wait => wait.TotalSeconds));
    }

    [Fact]
    public async Task A_list_goes_on_over_all_pages()
    {
        await using var server = await ScriptedServer.StartAsync((number, context) => ScriptedServer.AnswerAsync(
            context, 200, number == 0 ? Documents.Page(2, Documents.Job("queued")).Replace("\"next\":null", "\"next\":{\"href\":\"http://elsewhere/\"}")
                : Documents.Page(2, Documents.Job("running"))));
        using var http = Connect(server);

        var phases = await new JobsClient(http).ListAsync(new JobFilter { Queues = ["a,b", "c"] }, Cancellation).Select(job => job.Phase).ToListAsync(Cancellation);

        Assert.Equal(["queued", "running"], phases);

        // Values are decoded once more after the list was split, as Cloud Controller does it.
        Assert.Equal(
            ["GET /v3/jobs?queues=a%2Cb,c&page=1&per_page=500", "GET /v3/jobs?queues=a%2Cb,c&page=2&per_page=500"],
            server.Requests.Select(seen => seen.ToString()));
    }

    [Fact]
    public async Task Many_jobs_are_submitted_at_once_and_come_back_in_order()
    {
        await using var server = await ScriptedServer.StartAsync(
            202, $$"""{"resources":[{{Documents.Job("queued", operation: "a")}},{{Documents.Job("queued", operation: "b")}}]}""");
        using var http = Connect(server);

        var jobs = await new JobsClient(http).SubmitManyAsync([new("a") { IdempotencyKey = "1" }, new("b")], "all", Cancellation);

        Assert.Equal(["a", "b"], jobs.Select(job => job.Operation));
        var seen = Assert.Single(server.Requests);
        Assert.Equal("POST /v3/jobs/actions/bulk", seen.ToString());
        Assert.Equal("all", seen.Headers["Idempotency-Key"]);
        Assert.Equal("""{"jobs":[{"operation":"a","idempotency_key":"1"},{"operation":"b"}]}""", seen.Body);
    }

    [Fact]
    public async Task A_job_is_read_with_what_it_was_submitted_with()
    {
        var document = Documents.Job("finished").Replace("\"new_field\"", """
            "arguments":{"b":1.50,"a":"\ud800"},"result":null,"resource":{"type":"app","guid":"g"},"metadata":{"labels":{"env":"prod"},"annotations":{}},
            "backoff":{"initial_seconds":5,"factor":2,"max_seconds":3600},"timeout_seconds":60,"finished_at":"2026-01-31T08:00:02.5Z","new_field"
            """);
        await using var server = await ScriptedServer.StartAsync(200, document);
        using var http = Connect(server);

        var job = await new JobsClient(http).GetAsync(Documents.Guid, JobsClient.LongestWait, Cancellation);

        Assert.True(job.IsTerminal);
        Assert.Equal("""{"b":1.50,"a":"\ud800"}""", job.Arguments?.GetRawText());
        Assert.Equal(("app", "prod", 5d, 60), (job.Resource?.Type, job.Metadata?.Labels?["env"], job.Backoff?.InitialSeconds, job.TimeoutSeconds));
        Assert.Equal(new DateTimeOffset(2026, 1, 31, 8, 0, 2, 500, TimeSpan.Zero), job.FinishedAt);
        Assert.Equal(document, System.Text.Encoding.UTF8.GetString(job.Json.Span));
        Assert.Equal("wait=60", Assert.Single(server.Requests).Headers["Prefer"]);
    }

    [Fact]
    public async Task A_refusal_carries_status_errors_request_id_and_when_to_come_back()
    {
        await using var server = await ScriptedServer.StartAsync((_, context) =>
        {
            context.Response.Headers.RetryAfter = "3";
            context.Response.Headers["X-VCAP-Request-ID"] = "id";
            return ScriptedServer.AnswerAsync(context, 429, Documents.Error("CF-RateLimitExceeded", 10013, "Rate Limit Exceeded"));
        });
        using var http = Connect(server);

        var refusal = await Assert.ThrowsAsync<JobsApiException>(() => new JobsClient(http).DeleteAsync(Documents.Guid, Cancellation));

        Assert.Equal((429, "id", TimeSpan.FromSeconds(3)), ((int)refusal.Status, refusal.RequestId, refusal.RetryAfter));
        Assert.Equal([new ErrorDocument(10013, "CF-RateLimitExceeded", "Rate Limit Exceeded")], refusal.Errors);
        Assert.Equal($"DELETE /v3/jobs/{Documents.Guid}", Assert.Single(server.Requests).ToString());
    }

    [Fact]
    public async Task An_empty_filter_never_acts_on_everything()
    {
        using var http = new HttpClient { BaseAddress = new Uri("http://127.0.0.1:1/") };

        await Assert.ThrowsAsync<ArgumentException>(() => new JobsClient(http).CancelManyAsync(new JobFilter(), Cancellation));
        await Assert.ThrowsAsync<ArgumentException>(() => new JobsClient(http).RetryManyAsync(new JobFilter { OrderBy = "created_at" }, Cancellation));
    }

    [Fact]
    public async Task A_server_below_a_path_is_called_below_it()
    {
        await using var server = await ScriptedServer.StartAsync(200, Documents.Page(0));

        var ended = await Ccjobs.RunAsync("list", "--server", $"{server.Url}/jobs");

        Assert.Equal(0, ended.ExitCode);
        Assert.StartsWith("GET /jobs/v3/jobs?", Assert.Single(server.Requests).ToString());
    }

    private static HttpClient Connect(ScriptedServer server) => new() { BaseAddress = new Uri($"{server.Url}/") };

    /// <summary>A clock that stands still but for waits, which are over at once and remembered.</summary>
    private sealed class Impatience : TimeProvider
    {
        private long now;

        public List<TimeSpan> Waits { get; } = [];

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Interlocked.Read(ref now);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Waits.Add(dueTime);
            Interlocked.Add(ref now, dueTime.Ticks);
            return System.CreateTimer(callback, state, TimeSpan.Zero, period);
        }
    }
}
