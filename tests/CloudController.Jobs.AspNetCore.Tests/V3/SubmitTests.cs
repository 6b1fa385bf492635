using System.Net;
using CloudController.Jobs.AspNetCore.Tests.Hosting;
using CsCheck;
using Microsoft.Extensions.Time.Testing;

namespace CloudController.Jobs.AspNetCore.Tests.V3;

/// <summary>Contract §5, <c>POST /v3/jobs</c>.</summary>
public sealed class SubmitTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 4, 12, 0, 0, 789, TimeSpan.Zero);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_job_is_accepted_with_its_absolute_location_and_everything_defaulted()
    {
        await using var host = await JobsHost.StartAsync(clock: new FakeTimeProvider(Noon));

        var answer = await host.As(Tokens.Writer).PostAsync("/v3/jobs", """{"operation":"app.delete"}""");

        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        Assert.Equal("application/json; charset=utf-8", answer.Header("Content-Type"));
        var json = await answer.JsonAsync();
        var url = new Uri(host.Address, $"/v3/jobs/{json.Text("guid")}").ToString();
        Assert.Equal(url, answer.Header("Location"));
        Assert.Equal(
            $$$"""
            {"guid":"{{{json.Text("guid")}}}","created_at":"2026-03-04T12:00:00Z","updated_at":"2026-03-04T12:00:00Z","operation":"app.delete",
            "state":"PROCESSING","errors":[],"warnings":[],"links":{"self":{"href":"{{{url}}}"}},
            "phase":"queued","queue":"default","priority":0,"attempt":0,"run":0,"max_attempts":1,
            "run_at":"2026-03-04T12:00:00Z","started_at":null,"finished_at":null,"progress":null,"arguments":null,
            "backoff":{"initial_seconds":5,"factor":2,"max_seconds":3600},"timeout_seconds":14400,"expires_at":null,"resource":null,
            "metadata":{"labels":{},"annotations":{}},"result":null,"callback_url":null,"callbacks":[]}
            """.ReplaceLineEndings(""),
            json.GetRawText());
    }

    [Fact]
    public async Task Everything_that_was_submitted_comes_back_at_once_and_later()
    {
        await using var host = await JobsHost.StartAsync(clock: new FakeTimeProvider(Noon));
        const string Submitted =
            """
            {
              "metadata": {"annotations": {"note/": null, "why": "ümläut \u0022"}, "labels": {"example.com/env": "prod", "empty": "", "gone": null}},
              "resource": {"guid": "an app", "type": "app", "url": "/v3/apps/an-app"},
              "expires_at": "2026-03-06T02:00:00+02:00", "timeout_seconds": 60.0, "backoff": {"factor": 1.5, "max_seconds": 7e1},
              "max_attempts": 3, "run_at": "2026-03-05T00:00:00.5Z", "priority": 7, "queue": "slow-1", "operation": "app.delete",
              "arguments": {"b" : 1.50, "a" : [1E+2, "\u0000\ud800 \/"]}
            }
            """;

        var refused = await host.As(Tokens.Writer).PostAsync("/v3/jobs", Submitted);
        Assert.Equal(
            "metadata.annotations 'note/' has an empty key",
            await refused.IsV3ErrorAsync(HttpStatusCode.UnprocessableEntity, 10008, "CF-UnprocessableEntity"));

        var accepted = await host.As(Tokens.Writer).SubmitAsync(Submitted.Replace("note/", "note", StringComparison.Ordinal));
        var later = await host.As(Tokens.Writer).GetJsonAsync($"/v3/jobs/{accepted.Text("guid")}");

        Assert.Equal(accepted.GetRawText(), later.GetRawText());
        Assert.Equal("""{"b":1.50,"a":[1E+2,"\u0000\ud800 \/"]}""", later.GetProperty("arguments").GetRawText());
        Assert.Equal(("scheduled", "slow-1"), (later.Text("phase"), later.Text("queue")));
        Assert.Equal((7, 3), (later.GetProperty("priority").GetInt32(), later.GetProperty("max_attempts").GetInt32()));
        Assert.Equal(("2026-03-05T00:00:00Z", "2026-03-06T00:00:00Z"), (later.Text("run_at"), later.Text("expires_at")));
        Assert.Equal("""{"initial_seconds":5,"factor":1.5,"max_seconds":70}""", later.GetProperty("backoff").GetRawText());
        Assert.Equal(60, later.GetProperty("timeout_seconds").GetInt32());
        Assert.Equal("""{"type":"app","guid":"an app","url":"/v3/apps/an-app"}""", later.GetProperty("resource").GetRawText());
        Assert.Equal(new Uri(host.Address, "/v3/apps/an-app").ToString(), later.GetProperty("links").GetProperty("app").Text("href"));
        Assert.Equal("""{"example.com/env":"prod","empty":""}""", later.GetProperty("metadata").GetProperty("labels").GetRawText());
        Assert.Equal("ümläut \"", later.GetProperty("metadata").GetProperty("annotations").Text("why"));
    }

    [Fact]
    public async Task Arguments_come_back_as_sent_but_for_space_between_tokens()
    {
        await using var host = await JobsHost.StartAsync();
        var client = host.As(Tokens.Writer);

        await Gen.Select(AnyJson.Any, Gen.Int).SampleAsync(
            async (value, seed) =>
            {
                var arguments = value.Spell(new Random(seed));
                var accepted = await client.SubmitAsync($$"""{"operation":"noop","arguments":{{arguments}}}""");
                var later = await client.GetJsonAsync($"/v3/jobs/{accepted.Text("guid")}");
                Assert.Equal(CompactJsonTests.WithoutSpace(arguments), later.GetProperty("arguments").GetRawText());
            },
            iter: 100,
            threads: 1);
    }

    [Fact]
    public async Task A_time_that_has_passed_is_as_good_as_none()
    {
        await using var host = await JobsHost.StartAsync(clock: new FakeTimeProvider(Noon));

        var job = await host.As(Tokens.Writer).SubmitAsync("""{"operation":"noop","run_at":"1999-01-01T00:00:00Z"}""");

        Assert.Equal(("queued", "2026-03-04T12:00:00Z"), (job.Text("phase"), job.Text("run_at")));
    }

    [Fact]
    public async Task Configured_defaults_hold_where_a_submitter_names_none()
    {
        await using var host = await JobsHost.StartAsync(
        [
            new("Jobs:DefaultMaxAttempts", "4"),
            new("Jobs:DefaultTimeoutSeconds", "77"),
            new("ExternalUrl", "https://jobs.example.org/base/"),
        ]);

        var answer = await host.As(Tokens.Writer).PostAsync("/v3/jobs", """{"operation":"noop","queue":null,"priority":null}""");

        var job = await answer.JsonAsync();
        Assert.Equal((4, 77), (job.GetProperty("max_attempts").GetInt32(), job.GetProperty("timeout_seconds").GetInt32()));
        Assert.Equal($"https://jobs.example.org/base/v3/jobs/{job.Text("guid")}", answer.Header("Location"));
    }

    [Fact]
    public async Task A_job_keeps_its_owner_request_id_and_trace_context()
    {
        await using var host = await JobsHost.StartAsync();
        const string TraceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        var content = new StringContent("""{"operation":"noop"}""", null, "application/json");
        var request = new HttpRequestMessage(HttpMethod.Post, "/v3/jobs") { Content = content };
        request.Headers.Add("X-Vcap-Request-ID", "abc");
        request.Headers.Add("traceparent", TraceParent);

        var answer = await host.As(Tokens.Writer).SendAsync(request, Cancellation);

        var job = await host.Store.FindAsync((await answer.JsonAsync()).Guid(), Cancellation);
        Assert.Equal(new JobOwner("", Tokens.Writer), job!.Owner);
        Assert.Equal(answer.Header("X-VCAP-Request-ID"), job.RequestId);
        Assert.StartsWith("abc::", job.RequestId, StringComparison.Ordinal);
        Assert.Contains("0af7651916cd43dd8448eb211c80319c", job.TraceParent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Priorities_below_zero_are_for_administrators()
    {
        await using var host = await JobsHost.StartAsync();
        const string First = """{"operation":"noop","priority":-1000}""";

        var refused = await host.As(Tokens.Writer).PostAsync("/v3/jobs", First);

        Assert.Equal(
            "priority below 0 is for administrators",
            await refused.IsV3ErrorAsync(HttpStatusCode.UnprocessableEntity, 10008, "CF-UnprocessableEntity"));
        Assert.Equal(-1000, (await host.As(Tokens.Admin).SubmitAsync(First)).GetProperty("priority").GetInt32());
    }

    [Fact]
    public async Task Submitting_takes_a_token_with_the_scope()
    {
        await using var host = await JobsHost.StartAsync();
        const string Job = """{"operation":"noop"}""";

        await (await host.Client.PostAsync("/v3/jobs", Job)).IsV3ErrorAsync(HttpStatusCode.Unauthorized, 10002, "CF-NotAuthenticated");
        await (await host.As("wrong").PostAsync("/v3/jobs", Job)).IsV3ErrorAsync(HttpStatusCode.Unauthorized, 1000, "CF-InvalidAuthToken");
        foreach (var token in new[] { Tokens.Reader, Tokens.AdminReadOnly, Tokens.Auditor, Tokens.Worker, Tokens.Nobody })
            await (await host.As(token).PostAsync("/v3/jobs", Job)).IsV3ErrorAsync(HttpStatusCode.Forbidden, 10003, "CF-NotAuthorized");
    }

    [Fact]
    public async Task An_owner_with_too_many_open_jobs_is_refused_until_one_ends()
    {
        await using var host = await JobsHost.StartAsync([new("Jobs:MaxOpenPerOwner", "2")]);
        var client = host.As(Tokens.Writer);
        var first = await client.SubmitAsync("""{"operation":"noop"}""");
        await client.SubmitAsync("""{"operation":"noop"}""");

        var refused = await client.PostAsync("/v3/jobs", """{"operation":"noop"}""");
        var detail = await refused.IsV3ErrorAsync(HttpStatusCode.UnprocessableEntity, 10008, "CF-UnprocessableEntity");
        Assert.Contains("2 jobs", detail, StringComparison.Ordinal);
        await host.As(Tokens.OtherWriter).SubmitAsync("""{"operation":"noop"}""");

        await client.ActAsync($"/v3/jobs/{first.Text("guid")}/actions/cancel");
        await client.SubmitAsync("""{"operation":"noop"}""");
    }

    [Fact]
    public async Task Sixty_four_at_once_are_sixty_four_jobs()
    {
        await using var host = await JobsHost.StartAsync();
        var client = host.As(Tokens.Writer);

        var jobs = await Task.WhenAll(
            Enumerable.Range(0, 64).Select(number => client.SubmitAsync($$"""{"operation":"noop","arguments":{{number}}}""")));

        Assert.Equal(64, jobs.Select(job => job.Text("guid")).Distinct().Count());
        Assert.Equal(64, (await client.GetJsonAsync("/v3/jobs?per_page=1")).GetProperty("pagination").GetProperty("total_results").GetInt32());
        Assert.Equal(Enumerable.Range(0, 64).Select(number => $"{number}"), jobs.Select(job => job.GetProperty("arguments").GetRawText()));
    }
}
