using System.Net;
using CloudController.Jobs.AspNetCore.Tests.Hosting;
using Microsoft.Extensions.Time.Testing;

namespace CloudController.Jobs.AspNetCore.Tests.V2;

/// <summary>Contract §4; the fixture is the seed's body.</summary>
public sealed class V2JobTests
{
    private static readonly Guid SeedGuid = new("db177bbd-36e9-4246-9a11-f9bd0d5975ef");
    private static readonly DateTimeOffset SeedCreatedAt = DateTimeOffset.Parse("2014-06-19T17:18:51-07:00", System.Globalization.CultureInfo.InvariantCulture);

    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch.AddYears(50);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_job_that_failed_outside_the_catalogue_is_the_seeds_body_byte_for_byte()
    {
        await using var host = await JobsHost.StartAsync([new("TimeZone", "America/Los_Angeles")]);
        await host.RunAsync(new RunEnd.Failed([JobError.Unknown]), job => job with { Guid = SeedGuid, CreatedAt = SeedCreatedAt.ToUniversalTime() });

        var answer = await host.Client.GetAsync($"/v2/jobs/{SeedGuid}", Cancellation);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("application/json;charset=utf-8", answer.Header("Content-Type"));
        Assert.Equal("496", answer.Header("Content-Length"));
        Assert.Equal("nosniff", answer.Header("X-Content-Type-Options"));
        Assert.Matches("^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$", answer.Header("X-VCAP-Request-ID"));
        Assert.Null(answer.Header("Server"));
        var seed = await File.ReadAllBytesAsync("Fixtures/v2-job-failed-unknown-error.json", Cancellation);
        Assert.Equal(seed, await answer.Content.ReadAsByteArrayAsync(Cancellation));
    }

    [Fact]
    public async Task A_catalogue_error_is_shown_the_first_of_several()
    {
        await using var host = await JobsHost.StartAsync();
        var job = await host.RunAsync(new RunEnd.Failed([new(100004, "CF-AppNotFound", "No app <x>"), JobError.Unknown]));

        var body = await host.Client.GetStringAsync($"/v2/jobs/{job.Guid}", Cancellation);

        Assert.EndsWith(
            """
                "error_details": {
                  "error_code": "CF-AppNotFound",
                  "description": "No app <x>",
                  "code": 100004
                }
              }
            }
            """,
            body,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_job_without_an_error_has_neither_error_nor_error_details()
    {
        await using var host = await JobsHost.StartAsync();
        var job = await host.SubmitAsync(plain => plain with { CreatedAt = SeedCreatedAt.ToUniversalTime() });

        var body = await host.Client.GetStringAsync($"/v2/jobs/{job.Guid}", Cancellation);

        Assert.Equal(
            $$"""
            {
              "metadata": {
                "guid": "{{job.Guid}}",
                "created_at": "2014-06-20T00:18:51Z",
                "url": "/v2/jobs/{{job.Guid}}"
              },
              "entity": {
                "guid": "{{job.Guid}}",
                "status": "queued"
              }
            }
            """,
            body);
    }

    [Fact]
    public async Task Each_phase_has_its_status_and_says_when_to_ask_again_until_it_is_terminal()
    {
        await using var host = await JobsHost.StartAsync(clock: new FakeTimeProvider(Now));
        var (now, failed) = (host.Clock.GetUtcNow(), new RunEnd.Failed([JobError.Unknown]));

        var finished = await host.RunAsync(new RunEnd.Finished());
        var retried = await host.RunAsync(failed, job => job with { MaxAttempts = 2 });
        var polling = await host.RunAsync(new RunEnd.Polled(TimeSpan.FromSeconds(40)));
        var cancelled = await host.SubmitAsync(job => job with { RunAt = now.AddHours(1) });
        await host.Store.CancelAsync(cancelled.Guid, Cancellation);
        var running = await host.SubmitAsync();
        await host.ClaimAsync();
        var scheduled = await host.SubmitAsync(job => job with { RunAt = now.AddHours(1) });
        var queued = await host.SubmitAsync();

        Assert.Equal(("finished", "public, max-age=5", null), await ShowAsync(host, finished));
        Assert.Equal(("failed", "public, max-age=5", null), await ShowAsync(host, cancelled));
        Assert.Equal(("queued", "no-store", "60"), await ShowAsync(host, scheduled));
        Assert.Equal(("queued", "no-store", "1"), await ShowAsync(host, queued));
        Assert.Equal(("running", "no-store", "1"), await ShowAsync(host, running));

        var (status, cache, retryAfter) = await ShowAsync(host, polling);
        Assert.Equal(("running", "no-store"), (status, cache));
        Assert.InRange(int.Parse(retryAfter!, System.Globalization.CultureInfo.InvariantCulture), 30, 40);

        (status, cache, retryAfter) = await ShowAsync(host, retried);
        Assert.Equal(("queued", "no-store"), (status, cache));
        Assert.InRange(int.Parse(retryAfter!, System.Globalization.CultureInfo.InvariantCulture), 1, 60);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("123")]
    [InlineData("db177bbd-36e9-4246-9a11-f9bd0d5975ef")]
    [InlineData("DB177BBD-36E9-4246-9A11-F9BD0D5975EF")]
    [InlineData("a%2Fb")]
    [InlineData("%0d%0a")]
    [InlineData("%F0%9F%92%A9")]
    public async Task A_guid_that_is_not_held_is_finished(string guid)
    {
        await using var host = await JobsHost.StartAsync([new("TimeZone", "America/Los_Angeles")]);

        var answer = await host.Client.GetAsync($"/v2/jobs/{guid}", Cancellation);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(("no-store", null, null), (answer.Header("Cache-Control"), answer.Header("ETag"), answer.Header("Retry-After")));
        Assert.Equal(
            """
            {
              "metadata": {
                "guid": "0",
                "created_at": "1970-01-01T00:00:00Z",
                "url": "/v2/jobs/0"
              },
              "entity": {
                "guid": "0",
                "status": "finished"
              }
            }
            """,
            await answer.Content.ReadAsStringAsync(Cancellation));
    }

    [Fact]
    public async Task A_guid_in_upper_case_is_not_held()
    {
        await using var host = await JobsHost.StartAsync();
        var job = await host.SubmitAsync(plain => plain with { Guid = SeedGuid });

        var answer = await host.Client.GetAsync($"/v2/jobs/{job.Guid.ToString().ToUpperInvariant()}", Cancellation);

        Assert.Equal("0", (await answer.JsonAsync()).GetProperty("entity").GetProperty("guid").GetString());
    }

    [Fact]
    public async Task A_guid_that_is_not_held_can_be_an_error()
    {
        await using var host = await JobsHost.StartAsync([new("Jobs:UnknownGuid", "notFound")]);

        var answer = await host.Client.GetAsync("/v2/jobs/123", Cancellation);

        await answer.IsV2ErrorAsync(HttpStatusCode.NotFound, 10010, "CF-ResourceNotFound");
        Assert.Equal("no-store", answer.Header("Cache-Control"));
    }

    [Theory]
    [InlineData("bearer nonsense")]
    [InlineData("Basic Og==")]
    [InlineData("bearer")]
    [InlineData("\u00ff\u00fe")]
    public async Task Credentials_are_ignored(string authorization)
    {
        await using var host = await JobsHost.StartAsync();
        var job = await host.SubmitAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v2/jobs/{job.Guid}");
        request.Headers.TryAddWithoutValidation("Authorization", authorization);
        using var client = new HttpClient(new SocketsHttpHandler { RequestHeaderEncodingSelector = (_, _) => System.Text.Encoding.UTF8 }) { BaseAddress = host.Address };

        var answer = await client.SendAsync(request, Cancellation);

        Assert.Equal("queued", (await answer.JsonAsync()).GetProperty("entity").GetProperty("status").GetString());
    }

    [Fact]
    public async Task HEAD_has_the_headers_of_GET_and_no_body()
    {
        await using var host = await JobsHost.StartAsync(clock: new FakeTimeProvider(Now));
        var job = await host.SubmitAsync();
        using var request = new HttpRequestMessage(HttpMethod.Head, $"/v2/jobs/{job.Guid}");

        var head = await host.Client.SendAsync(request, Cancellation);
        var get = await host.Client.GetAsync($"/v2/jobs/{job.Guid}", Cancellation);

        Assert.Equal(HttpStatusCode.OK, head.StatusCode);
        foreach (var header in new[] { "Content-Type", "Content-Length", "ETag", "Cache-Control", "Retry-After", "X-Content-Type-Options" })
            Assert.Equal(get.Header(header), head.Header(header));

        Assert.Empty(await head.Content.ReadAsByteArrayAsync(Cancellation));
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    [InlineData("PATCH")]
    [InlineData("OPTIONS")]
    [InlineData("BREW")]
    public async Task Any_other_method_is_refused_with_what_is_allowed(string method)
    {
        await using var host = await JobsHost.StartAsync();
        using var request = new HttpRequestMessage(new HttpMethod(method), "/v2/jobs/123");

        var answer = await host.Client.SendAsync(request, Cancellation);

        await answer.IsV2ErrorAsync(HttpStatusCode.MethodNotAllowed, 900006, "CF-MethodNotAllowed");
        Assert.Equal(["GET", "HEAD"], answer.Content.Headers.Allow.Order());
    }

    [Fact]
    public async Task A_tag_that_still_holds_is_answered_without_a_body()
    {
        await using var host = await JobsHost.StartAsync(clock: new FakeTimeProvider(Now));
        var job = await host.SubmitAsync();
        var tag = (await host.Client.GetAsync($"/v2/jobs/{job.Guid}", Cancellation)).Header("ETag")!;

        foreach (var known in new[] { tag, tag[2..], "*", $"\"x\", {tag}", $"\"x\" , W/\"y\",{tag}" })
        {
            var same = await GetAsync(host, job, known);
            Assert.Equal(HttpStatusCode.NotModified, same.StatusCode);
            Assert.Equal((tag, "no-store", "1"), (same.Header("ETag"), same.Header("Cache-Control"), same.Header("Retry-After")));
            Assert.Empty(await same.Content.ReadAsByteArrayAsync(Cancellation));
        }

        foreach (var known in new[] { "", ",", "\"x\"", "x", tag + "x", "W/", "\"", new string('"', 1_000) })
            Assert.Equal(HttpStatusCode.OK, (await GetAsync(host, job, known)).StatusCode);
    }

    [Fact]
    public async Task A_tag_changes_with_the_phase_the_run_and_a_retry_by_hand()
    {
        await using var host = await JobsHost.StartAsync();
        var job = await host.SubmitAsync();
        var tags = new List<string>();
        async Task NoteAsync() => tags.Add((await host.Client.GetAsync($"/v2/jobs/{job.Guid}", Cancellation)).Header("ETag")!);

        await NoteAsync();
        var run = await host.ClaimAsync();
        await NoteAsync();
        await host.EndAsync(run, new RunEnd.Failed([JobError.Unknown]));
        await NoteAsync();
        await host.Store.RetryAsync(job.Guid, Cancellation);
        await NoteAsync();
        run = await host.ClaimAsync();
        await NoteAsync();
        await host.EndAsync(run, new RunEnd.Failed([JobError.Unknown]));
        await NoteAsync();

        Assert.Distinct(tags);
    }

    [Fact]
    public async Task No_token_is_401_a_bad_one_too_and_a_missing_scope_403_where_v2_asks_for_one()
    {
        await using var host = await JobsHost.StartAsync([new("Jobs:V2Authentication", "required")]);
        var job = await host.RunAsync(new RunEnd.Finished());
        var path = $"/v2/jobs/{job.Guid}";

        await (await host.Client.GetAsync(path, Cancellation)).IsV2ErrorAsync(HttpStatusCode.Unauthorized, 10002, "CF-NotAuthenticated");
        await (await host.As("nonsense").GetAsync(path, Cancellation)).IsV2ErrorAsync(HttpStatusCode.Unauthorized, 1000, "CF-InvalidAuthToken");
        foreach (var token in new[] { Tokens.Nobody, Tokens.Worker, Tokens.AdminReadOnly, Tokens.Auditor })
            await (await host.As(token).GetAsync(path, Cancellation)).IsV2ErrorAsync(HttpStatusCode.Forbidden, 10007, "CF-InsufficientScope");

        foreach (var token in new[] { Tokens.Reader, Tokens.Admin })
        {
            var answer = await host.As(token).GetAsync(path, Cancellation);
            Assert.Equal((HttpStatusCode.OK, "private, max-age=5"), (answer.StatusCode, answer.Header("Cache-Control")));
        }
    }

    private static async Task<HttpResponseMessage> GetAsync(JobsHost host, NewJob job, string ifNoneMatch)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v2/jobs/{job.Guid}");
        request.Headers.TryAddWithoutValidation("If-None-Match", ifNoneMatch);
        return await host.Client.SendAsync(request, Cancellation);
    }

    private static async Task<(string? Status, string? CacheControl, string? RetryAfter)> ShowAsync(JobsHost host, NewJob job)
    {
        var answer = await host.Client.GetAsync($"/v2/jobs/{job.Guid}", Cancellation);
        var body = await answer.JsonAsync();
        return (body.GetProperty("entity").GetProperty("status").GetString(), answer.Header("Cache-Control"), answer.Header("Retry-After"));
    }
}
