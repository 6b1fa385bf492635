using System.IO.Compression;
using System.Text;
using CloudController.Jobs.Cli.Handlers;
using CloudController.Jobs.PostgreSql.Tests;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;

namespace CloudController.Jobs.Cli.Tests.Handlers;

public sealed class HttpRequestTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly FakeTimeProvider time = new(Now);
    private readonly HandlerHost handlers;

    public HttpRequestTests() => handlers = new HandlerHost(
        new Dictionary<string, string?> { ["Http:AllowedHosts:0"] = "127.0.0.1", ["Http:AllowPrivateNetworks"] = "true" },
        time);

    public void Dispose() => handlers.Dispose();

    [Fact]
    public async Task A_2xx_finishes_the_job_and_the_response_is_its_result()
    {
        await using var farSide = await FarSide.StartAsync(context =>
        {
            context.Response.StatusCode = 201;
            context.Response.Headers["X-Trace"] = "abc";
            return context.Response.WriteAsync("""{"ok":"grün"}""", context.RequestAborted);
        });

        var result = (await RunAsync($$"""{"url":"{{farSide.Url()}}"}""")).Result();

        Assert.Equal(201, result.GetProperty("status").GetInt32());
        Assert.Equal("abc", result.GetProperty("headers").GetProperty("x-trace").GetString());
        Assert.Equal("""{"ok":"grün"}""", result.GetProperty("body").GetString());
        Assert.Equal("text", result.GetProperty("body_encoding").GetString());
        Assert.False(result.GetProperty("truncated").GetBoolean());
    }

    [Fact]
    public async Task The_far_side_knows_job_and_attempt_and_gets_what_was_submitted()
    {
        await using var farSide = await FarSide.StartAsync(200);
        var run = Run(
            $$"""{"method":"put","url":"{{farSide.Url("/a?b=c")}}","headers":{"Authorization":"bearer t","X-Own":"1"},"body":{"n":1.0} }""",
            attempt: 3);

        await handlers.RunAsync(run);

        var received = Assert.Single(farSide.Received);
        Assert.Equal(("PUT", "/a?b=c", """{"n":1.0}"""), (received.Method, received.Target, received.Body));
        Assert.Equal(run.Context.Guid.ToString(), received.Headers["Idempotency-Key"]);
        Assert.Equal(run.Context.Guid.ToString(), received.Headers["X-Job-Guid"]);
        Assert.Equal("3", received.Headers["X-Job-Attempt"]);
        Assert.Equal("bearer t", received.Headers["Authorization"]);
        Assert.Equal("1", received.Headers["X-Own"]);
        Assert.Equal("application/json", received.Headers["Content-Type"]);
    }

    [Fact]
    public async Task A_string_is_sent_as_it_is_under_the_type_that_was_given()
    {
        await using var farSide = await FarSide.StartAsync(200);

        await RunAsync($$"""{"url":"{{farSide.Url()}}","headers":{"content-type":"text/csv"},"body":"a;b\nc"}""");

        var received = Assert.Single(farSide.Received);
        Assert.Equal(("POST", "a;b\nc", "text/csv"), (received.Method, received.Body, received.Headers["Content-Type"]));
    }

    [Theory]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(599)]
    public async Task A_busy_or_broken_far_side_is_tried_again(int status)
    {
        await using var farSide = await FarSide.StartAsync(status, "secret detail");

        var outcome = await RunAsync($$"""{"url":"{{farSide.Url()}}"}""");

        Assert.False(outcome.Failure().IsFinal);
        Assert.Null(outcome.Failure().Earliest);
        Assert.Equal((10009, "CF-UnableToPerform"), (outcome.Error().Code, outcome.Error().Title)); // cf-error-codes: 10009,UnableToPerform
        Assert.Contains($"status {status}", outcome.Error().Detail, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", outcome.Error().Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_beginning_of_a_refusing_answer_is_in_the_log_of_the_job()
    {
        await using var farSide = await FarSide.StartAsync(422, "name is taken" + new string('.', 100_000));
        var run = Run($$"""{"url":"{{farSide.Url()}}"}""");

        await handlers.RunAsync(run);

        Assert.StartsWith("Status 422: name is taken..", run.Log, StringComparison.Ordinal);
        Assert.InRange(run.Log.Length, 2_000, 2_100);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(404)]
    [InlineData(408)]
    [InlineData(304)]
    public async Task Any_other_answer_fails_for_good(int status)
    {
        await using var farSide = await FarSide.StartAsync(context =>
        {
            context.Response.StatusCode = status;
            return Task.CompletedTask;
        });

        Assert.True((await RunAsync($$"""{"url":"{{farSide.Url()}}"}""")).Failure().IsFinal);
    }

    [Theory]
    [InlineData(404, "[404, 410]", true)]
    [InlineData(503, "503", true)]
    [InlineData(200, "[201]", false)]
    [InlineData(302, "[302]", true)]
    public async Task Expect_says_which_statuses_are_done(int status, string expect, bool done)
    {
        await using var farSide = await FarSide.StartAsync(context =>
        {
            context.Response.StatusCode = status;
            context.Response.Headers.Location = "/elsewhere";
            return Task.CompletedTask;
        });

        var outcome = await RunAsync($$"""{"url":"{{farSide.Url()}}","expect":{{expect}}}""");

        Assert.Equal(done, outcome is JobOutcome.Done);
        Assert.Single(farSide.Received);
    }

    // RFC 9110 §10.2.3: seconds or a date. A week is the longest wait that a far side can ask for.
    [Theory]
    [InlineData("120", 120)]
    [InlineData("0", 0)]
    [InlineData("Sun, 01 Mar 2026 12:05:00 GMT", 300)]
    [InlineData("Sun, 01 Mar 2026 11:00:00 GMT", -3600)]
    [InlineData("999999999", 604800)]
    [InlineData("soon", null)]
    [InlineData("-5", null)]
    public async Task The_next_attempt_is_not_before_Retry_After(string retryAfter, int? seconds)
    {
        await using var farSide = await FarSide.StartAsync(context =>
        {
            context.Response.StatusCode = 503;
            context.Response.Headers.RetryAfter = retryAfter;
            return Task.CompletedTask;
        });

        var outcome = await RunAsync($$"""{"url":"{{farSide.Url()}}"}""");

        Assert.Equal(seconds is null ? null : Now.AddSeconds(seconds.Value), outcome.Failure().Earliest);
    }

    [Fact]
    public async Task A_far_side_that_is_not_there_is_tried_again_and_only_administrators_see_where()
    {
        using var port = Ports.Close();
        var run = Run($$"""{"url":"http://{{port.LocalEndPoint}}/"}""");

        var outcome = await handlers.RunAsync(run);

        Assert.False(outcome.Failure().IsFinal);
        Assert.Equal("The operation http.request failed: the far side could not be reached", outcome.Error().Detail);
        Assert.Contains("127.0.0.1", outcome.Failure().Detail, StringComparison.Ordinal);
        Assert.Empty(run.Log);
    }

    [Fact]
    public async Task A_far_side_that_breaks_off_is_tried_again()
    {
        await using var farSide = await FarSide.StartAsync(async context =>
        {
            context.Response.ContentLength = 100;
            await context.Response.WriteAsync("half", context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            context.Abort();
        });

        var outcome = await RunAsync($$"""{"url":"{{farSide.Url()}}"}""");

        Assert.False(outcome.Failure().IsFinal);
        Assert.Equal("The operation http.request failed: the far side could not be reached", outcome.Error().Detail);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_answer_that_does_not_end_in_time_is_tried_again(bool startsToAnswer)
    {
        var reached = new TaskCompletionSource();
        await using var farSide = await FarSide.StartAsync(async context =>
        {
            if (startsToAnswer)
                await context.Response.WriteAsync("slow", context.RequestAborted);

            reached.SetResult();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        });

        var running = RunAsync($$"""{"url":"{{farSide.Url()}}","timeout_seconds":2.5}""");
        await reached.Task.WaitAsync(TestContext.Current.CancellationToken);
        time.Advance(TimeSpan.FromSeconds(2.4));
        Assert.False(running.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(0.1));

        var outcome = await running;
        Assert.False(outcome.Failure().IsFinal);
        Assert.Equal("The operation http.request failed: the far side did not answer in time", outcome.Error().Detail);
    }

    [Fact]
    public async Task A_run_that_is_stopped_throws_its_cancellation()
    {
        using var stopping = new CancellationTokenSource();
        await using var farSide = await FarSide.StartAsync(async context =>
        {
            await stopping.CancelAsync();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        });

        var running = handlers.RunUntilAsync(Run($$"""{"url":"{{farSide.Url()}}"}"""), stopping.Token);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    [Fact]
    public async Task An_endless_body_is_cut_between_characters()
    {
        var chunk = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("€", 1000)));
        await using var farSide = await FarSide.StartAsync(async context =>
        {
            while (!context.RequestAborted.IsCancellationRequested)
                await context.Response.Body.WriteAsync(chunk, context.RequestAborted);
        });

        var result = (await RunAsync($$"""{"url":"{{farSide.Url()}}"}""")).Result();

        Assert.True(result.GetProperty("truncated").GetBoolean());
        Assert.Equal("text", result.GetProperty("body_encoding").GetString());
        Assert.Equal(new string('€', ResponseResult.MaxBodyBytes / 3), result.GetProperty("body").GetString());
    }

    [Fact]
    public async Task A_body_of_control_characters_still_fits_into_a_result()
    {
        await using var farSide = await FarSide.StartAsync(200, new string('\u0001', 2 * ResponseResult.MaxBodyBytes));

        var done = Assert.IsType<JobOutcome.Done>(await RunAsync($$"""{"url":"{{farSide.Url()}}"}"""));

        Assert.InRange(done.Result.Length, ResponseResult.MaxBodyBytes, 1_048_576); // contract §5: a result is at most 1 MiB
    }

    [Fact]
    public async Task A_small_body_that_unpacks_to_a_huge_one_is_cut()
    {
        using var packed = new MemoryStream();
        await using (var zip = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true))
            await zip.WriteAsync(new byte[50_000_000], TestContext.Current.CancellationToken);
        await using var farSide = await FarSide.StartAsync(context =>
        {
            context.Response.Headers.ContentEncoding = "gzip";
            return context.Response.Body.WriteAsync(packed.ToArray(), context.RequestAborted).AsTask();
        });

        var result = (await RunAsync($$"""{"url":"{{farSide.Url()}}"}""")).Result();

        Assert.True(result.GetProperty("truncated").GetBoolean());
        Assert.Equal(ResponseResult.MaxBodyBytes, result.GetProperty("body").GetString()!.Length);
    }

    [Fact]
    public async Task A_body_that_is_no_text_is_kept_as_base64()
    {
        byte[] binary = [0xff, 0xfe, 0, 1];
        await using var farSide = await FarSide.StartAsync(context => context.Response.Body.WriteAsync(binary, context.RequestAborted).AsTask());

        var result = (await RunAsync($$"""{"url":"{{farSide.Url()}}"}""")).Result();

        Assert.Equal("base64", result.GetProperty("body_encoding").GetString());
        Assert.Equal(binary, result.GetProperty("body").GetBytesFromBase64());
    }

    [Fact]
    public async Task No_cookie_goes_from_one_job_to_the_next()
    {
        await using var farSide = await FarSide.StartAsync(context =>
        {
            context.Response.Headers.SetCookie = "session=1; path=/";
            return Task.CompletedTask;
        });

        await RunAsync($$"""{"url":"{{farSide.Url()}}"}""");
        await RunAsync($$"""{"url":"{{farSide.Url()}}"}""");

        Assert.All(farSide.Received, received => Assert.DoesNotContain("Cookie", received.Headers.Keys));
    }

    [Theory]
    [InlineData("""{}""", "arguments.url is missing")]
    [InlineData("""{"url":"ftp://127.0.0.1/"}""", "arguments.url can be an absolute http or https URL")]
    [InlineData("""{"url":"file:///etc/passwd"}""", "arguments.url can be an absolute http or https URL")]
    [InlineData("""{"url":"/relative"}""", "arguments.url can be an absolute http or https URL")]
    [InlineData("""{"url":"http://user:secret@127.0.0.1/"}""", "arguments.url has user info")]
    [InlineData("""{"url":"http://elsewhere.example/"}""", "arguments.url has a host that is not allowed")]
    [InlineData("""{"url":"http://127.0.0.1/","method":"CONNECT"}""", "arguments.method")]
    [InlineData("""{"url":"http://127.0.0.1/","method":"GET / HTTP/1.1"}""", "arguments.method")]
    [InlineData("""{"url":"http://127.0.0.1/","headers":{"hOsT":"x"}}""", "arguments.headers.hOsT cannot be set")]
    [InlineData("""{"url":"http://127.0.0.1/","headers":{"Content-Length":"5"}}""", "arguments.headers.Content-Length cannot be set")]
    [InlineData("""{"url":"http://127.0.0.1/","headers":{"Transfer-Encoding":"x"}}""", "arguments.headers.Transfer-Encoding cannot be set")]
    [InlineData("""{"url":"http://127.0.0.1/","headers":{"Connection":"x"}}""", "arguments.headers.Connection cannot be set")]
    [InlineData("""{"url":"http://127.0.0.1/","headers":{"Idempotency-Key":"x"}}""", "arguments.headers.Idempotency-Key cannot be set")]
    [InlineData("""{"url":"http://127.0.0.1/","headers":{"X-Job-Guid":"x"}}""", "arguments.headers.X-Job-Guid cannot be set")]
    [InlineData("""{"url":"http://127.0.0.1/","headers":{"X-A":"b\r\nHost: c"}}""", "arguments.headers.X-A can be printable ASCII")]
    [InlineData("""{"url":"http://127.0.0.1/","headers":{"X A":"b"}}""", "arguments.headers has a name")]
    [InlineData("""{"url":"http://127.0.0.1/","expect":[]}""", "arguments.expect")]
    [InlineData("""{"url":"http://127.0.0.1/","expect":[199]}""", "arguments.expect")]
    [InlineData("""{"url":"http://127.0.0.1/","expect":["200"]}""", "arguments.expect")]
    [InlineData("""{"url":"http://127.0.0.1/","timeout_seconds":0}""", "arguments.timeout_seconds is 0; it can be more than 0 and at most 3600")]
    [InlineData("""{"url":"http://127.0.0.1/","timeout_seconds":3601}""", "arguments.timeout_seconds is 3601")]
    [InlineData("""{"url":"http://127.0.0.1/","timeout":5}""", "arguments.timeout")]
    [InlineData("""{"url":5}""", "arguments.url")]
    [InlineData("""[]""", "arguments")]
    [InlineData("""null""", "arguments")]
    public void Wrong_arguments_are_refused_with_the_field_named(string arguments, string whyNot) =>
        Assert.StartsWith(whyNot, handlers.Check("http.request", arguments), StringComparison.Ordinal);

    [Fact]
    public void By_default_requests_go_nowhere()
    {
        using var closed = new HandlerHost();

        Assert.Equal(
            "arguments.url has a host that is not allowed (setting Http:AllowedHosts)",
            closed.Check("http.request", """{"url":"https://example.org/"}"""));
    }

    private static TestRun Run(string arguments, int attempt = 1) => new("http.request", arguments, attempt);

    private Task<JobOutcome> RunAsync(string arguments) => handlers.RunAsync(Run(arguments));
}
