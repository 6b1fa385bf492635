using System.Net;
using CloudController.Jobs.AspNetCore.Tests.Hosting;
using CloudController.Jobs.Storage;
using Microsoft.Extensions.Time.Testing;

namespace CloudController.Jobs.AspNetCore.Tests.V3;

/// <summary>Contract §5, <c>GET /v3/jobs/:guid</c>.</summary>
public sealed class JobTests
{
    // Id of the log line that tells that a wait has begun.
    private const int WaitsForNews = 3007;

    // Facts §3: the wire's order.
    private static readonly string[] CloudControllersKeys = ["guid", "created_at", "updated_at", "operation", "state", "errors", "warnings", "links"];

    private static readonly string[] OurKeys =
    [
        "phase", "queue", "priority", "attempt", "run", "max_attempts", "run_at", "started_at", "finished_at", "progress",
        "arguments", "backoff", "timeout_seconds", "expires_at", "resource", "metadata", "result", "callback_url", "callbacks",
    ];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Tokens.Writer, true)]
    [InlineData(Tokens.Admin, true)]
    [InlineData(Tokens.AdminReadOnly, true)]
    [InlineData(Tokens.Auditor, true)]
    [InlineData(Tokens.OtherWriter, false)]
    [InlineData(Tokens.Reader, false)]
    public async Task The_owner_and_who_reads_everything_see_all_others_what_Cloud_Controller_shows(string token, bool all)
    {
        await using var host = await JobsHost.StartAsync();
        var job = await host.SubmitAsync(plain => plain with { Arguments = "7"u8.ToArray() });

        var json = await host.As(token).GetJsonAsync($"/v3/jobs/{job.Guid}");

        Assert.Equal(all ? [.. CloudControllersKeys, .. OurKeys] : CloudControllersKeys, json.Keys());
    }

    [Fact]
    public async Task Reading_takes_a_token_with_a_scope()
    {
        await using var host = await JobsHost.StartAsync();
        var path = $"/v3/jobs/{(await host.SubmitAsync()).Guid}";

        await (await host.Client.GetAsync(path, Cancellation)).IsV3ErrorAsync(HttpStatusCode.Unauthorized, 10002, "CF-NotAuthenticated");
        await (await host.As(Tokens.Nobody).GetAsync(path, Cancellation)).IsV3ErrorAsync(HttpStatusCode.Forbidden, 10003, "CF-NotAuthorized");
        await (await host.As(Tokens.Worker).GetAsync(path, Cancellation)).IsV3ErrorAsync(HttpStatusCode.Forbidden, 10003, "CF-NotAuthorized");
    }

    [Theory]
    [InlineData("00000000-0000-7000-8000-000000000000")]
    [InlineData("nonsense")]
    [InlineData("%20")]
    public async Task What_is_not_held_is_not_found(string guid)
    {
        await using var host = await JobsHost.StartAsync();

        var answer = await host.As(Tokens.Reader).GetAsync($"/v3/jobs/{guid}", Cancellation);

        Assert.Equal("Job not found", await answer.IsV3ErrorAsync(HttpStatusCode.NotFound, 10010, "CF-ResourceNotFound"));
    }

    [Fact]
    public async Task A_guid_in_upper_case_is_not_held()
    {
        await using var host = await JobsHost.StartAsync();
        var job = await host.SubmitAsync(plain => plain with { Guid = new("0199aaaa-bbbb-7ccc-8ddd-eeeeffffffff") });

        var answer = await host.As(Tokens.Reader).GetAsync($"/v3/jobs/{job.Guid.ToString().ToUpperInvariant()}", Cancellation);

        await answer.IsV3ErrorAsync(HttpStatusCode.NotFound, 10010, "CF-ResourceNotFound");
    }

    [Fact]
    public async Task HEAD_has_the_headers_of_GET()
    {
        await using var host = await JobsHost.StartAsync();
        var path = $"/v3/jobs/{(await host.SubmitAsync()).Guid}";

        var get = await host.As(Tokens.Writer).GetAsync(path, Cancellation);
        var head = await host.As(Tokens.Writer).SendAsync(new(HttpMethod.Head, path), Cancellation);

        Assert.Equal(HttpStatusCode.OK, head.StatusCode);
        Assert.Equal((get.Header("ETag"), get.Header("Content-Length")), (head.Header("ETag"), head.Header("Content-Length")));
        Assert.Empty(await head.Content.ReadAsByteArrayAsync(Cancellation));
    }

    [Fact]
    public async Task A_finished_job_shows_its_result_progress_and_warnings()
    {
        await using var host = await JobsHost.StartAsync();
        var job = await host.SubmitAsync();
        var run = await host.ClaimAsync();
        var path = $"/v3/jobs/{job.Guid}";
        Assert.Equal("running", (await host.As(Tokens.Writer).GetJsonAsync(path)).Text("phase"));

        var report = new RunReport(new JobProgress(40, "half"), ["careful"], null);
        await host.Store.HeartbeatAsync([new Heartbeat(run.Lease, job.Guid, report)], TimeSpan.FromMinutes(1), Cancellation);
        var running = await host.As(Tokens.Writer).GetJsonAsync(path);
        Assert.Equal("""{"percent":40,"message":"half"}""", running.GetProperty("progress").GetRawText());
        Assert.Equal("""[{"detail":"careful"}]""", running.GetProperty("warnings").GetRawText());

        var end = new RunEnd.Finished();
        await host.EndAsync(run, end, "{\"n\":1.0}"u8.ToArray());
        var finished = await host.As(Tokens.Writer).GetJsonAsync(path);
        Assert.Equal(("COMPLETE", "finished"), (finished.Text("state"), finished.Text("phase")));
        Assert.Equal("""{"n":1.0}""", finished.GetProperty("result").GetRawText());
        Assert.Equal((1, 1), (finished.GetProperty("attempt").GetInt32(), finished.GetProperty("run").GetInt32()));
        Assert.NotEqual(System.Text.Json.JsonValueKind.Null, finished.GetProperty("finished_at").ValueKind);
    }

    [Fact]
    public async Task Errors_show_while_a_retry_is_due_and_once_it_failed()
    {
        await using var host = await JobsHost.StartAsync(clock: new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(50)));
        var job = await host.SubmitAsync(plain => plain with { MaxAttempts = 2 });
        var path = $"/v3/jobs/{job.Guid}";
        await host.EndAsync(await host.ClaimAsync(), new RunEnd.Failed([new(100004, "CF-AppNotFound", "No app")]));

        var waiting = await host.As(Tokens.Writer).GetJsonAsync(path);
        Assert.Equal(("PROCESSING", "scheduled"), (waiting.Text("state"), waiting.Text("phase")));
        Assert.Equal("""[{"detail":"No app","title":"CF-AppNotFound","code":100004}]""", waiting.GetProperty("errors").GetRawText());

        var failed = await host.RunAsync(new RunEnd.Failed([JobError.Unknown]));
        var json = await host.As(Tokens.Reader).GetJsonAsync($"/v3/jobs/{failed.Guid}");
        Assert.Equal("FAILED", json.Text("state"));
        Assert.Equal("""[{"detail":"An unknown error occurred.","title":"UnknownError","code":10001}]""", json.GetProperty("errors").GetRawText());
    }

    [Fact]
    public async Task A_job_that_did_not_change_is_304_until_it_does()
    {
        await using var host = await JobsHost.StartAsync();
        var path = $"/v3/jobs/{(await host.SubmitAsync()).Guid}";
        var client = host.As(Tokens.Writer);
        var first = await client.GetAsync(path, Cancellation);
        Assert.NotNull(first.Header("Retry-After"));

        var same = await client.GetAsync(path, "If-None-Match", first.Header("ETag")!);
        await host.EndAsync(await host.ClaimAsync(), new RunEnd.Finished());
        var changed = await client.GetAsync(path, "If-None-Match", first.Header("ETag")!);

        Assert.Equal(HttpStatusCode.NotModified, same.StatusCode);
        Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
        Assert.NotEqual(first.Header("ETag"), changed.Header("ETag"));
        Assert.Null(changed.Header("Retry-After"));
    }

    [Fact]
    public async Task A_client_that_prefers_to_wait_is_answered_at_the_change()
    {
        await using var host = await JobsHost.StartAsync();
        var path = $"/v3/jobs/{(await host.SubmitAsync()).Guid}";

        var waiting = host.As(Tokens.Writer).GetAsync(path, "Prefer", "wait=60");
        await host.Log.WaitForAsync(WaitsForNews, 1);
        Assert.False(waiting.IsCompleted);
        await host.As(Tokens.Writer).ActAsync($"{path}/actions/cancel");

        Assert.Equal("cancelled", (await (await waiting).JsonAsync()).Text("phase"));
    }

    [Fact]
    public async Task A_client_that_knows_an_older_state_is_answered_at_once()
    {
        await using var host = await JobsHost.StartAsync();
        var path = $"/v3/jobs/{(await host.SubmitAsync()).Guid}";
        var client = host.As(Tokens.Writer);
        var before = (await client.GetAsync(path, Cancellation)).Header("ETag")!;
        await host.ClaimAsync();
        client.DefaultRequestHeaders.TryAddWithoutValidation("Prefer", "wait=60");

        var answer = await client.GetAsync(path, "If-None-Match", before);

        Assert.Equal("running", (await answer.JsonAsync()).Text("phase"));
    }

    [Fact]
    public async Task An_unknown_method_is_not_allowed()
    {
        await using var host = await JobsHost.StartAsync();

        var answer = await host.As(Tokens.Writer).PutAsync($"/v3/jobs/{Guid.Empty}", null, Cancellation);

        await answer.IsV3ErrorAsync(HttpStatusCode.MethodNotAllowed, 900006, "CF-MethodNotAllowed");
        Assert.Equal(["DELETE", "GET", "HEAD"], answer.Header("Allow")!.Split(", ").Order(StringComparer.Ordinal));
    }
}
