using System.Net;
using System.Text;
using CloudController.Jobs.AspNetCore.Tests.Hosting;
using Microsoft.Extensions.Time.Testing;

namespace CloudController.Jobs.AspNetCore.Tests.V3;

/// <summary>Contract §5, <c>/v3/queues</c>.</summary>
public sealed class QueueTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 4, 12, 0, 0, TimeSpan.Zero);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_queue_counts_its_jobs_by_phase()
    {
        var clock = new FakeTimeProvider(Noon);
        await using var host = await JobsHost.StartAsync(clock: clock);
        await host.RunAsync(new RunEnd.Finished(), job => job with { Queue = "q" });
        await host.SubmitAsync(job => job with { Queue = "q" });
        await host.SubmitAsync(job => job with { Queue = "q", RunAt = Noon.AddHours(1) });
        clock.Advance(TimeSpan.FromSeconds(90));

        var queue = await host.As(Tokens.AdminReadOnly).GetJsonAsync("/v3/queues/q");

        Assert.Equal(
            $$$"""
            {"name":"q","counts":{"queued":1,"polling":0,"scheduled":1,"running":0,"finished":1,"failed":0,"cancelled":0,"expired":0},"at_least":[],
            "oldest_waiting_seconds":90,"paused":null,"concurrency":null,"rate":null,"limits_changed":null,"links":{"self":{"href":"{{{new Uri(host.Address, "/v3/queues/q")}}}"}} }
            """.ReplaceLineEndings("").Replace(" }", "}", StringComparison.Ordinal),
            queue.GetRawText());
    }

    [Fact]
    public async Task A_queue_never_used_has_zeros_and_can_be_paused()
    {
        await using var host = await JobsHost.StartAsync(clock: new FakeTimeProvider(Noon));
        var client = host.As(Tokens.Admin);
        Assert.Equal(0, (await client.GetJsonAsync("/v3/queues/new")).GetProperty("counts").GetProperty("queued").GetInt32());

        var paused = await client.PostAsync("/v3/queues/new/actions/pause", """{"reason":"maintenance <b>"}""");

        Assert.Equal(HttpStatusCode.OK, paused.StatusCode);
        Assert.Equal(
            """{"since":"2026-03-04T12:00:00Z","by":"admin","reason":"maintenance <b>"}""",
            (await paused.JsonAsync()).GetProperty("paused").GetRawText());
        var listed = await client.GetJsonAsync("/v3/queues");
        Assert.Equal(["new"], listed.GetProperty("resources").EnumerateArray().Select(queue => queue.Text("name")));
    }

    [Fact]
    public async Task A_paused_queue_is_not_claimed_from_until_it_is_resumed()
    {
        await using var host = await JobsHost.StartAsync();
        await host.SubmitAsync();
        var client = host.As(Tokens.Admin);

        await client.ActAsync("/v3/queues/default/actions/pause");
        var claim = new Jobs.Storage.ClaimRequest("test", [StoredJobs.Operation], null, 1, TimeSpan.FromMinutes(1));
        Assert.Empty((await host.Store.SettleAndClaimAsync([], claim, Cancellation)).Claimed);
        Assert.Equal("""null""", (await client.GetJsonAsync("/v3/queues/default")).GetProperty("paused").GetProperty("reason").GetRawText());

        var resumed = await client.ActAsync("/v3/queues/default/actions/resume");
        Assert.Equal("null", (await resumed.JsonAsync()).GetProperty("paused").GetRawText());
        Assert.Single((await host.Store.SettleAndClaimAsync([], claim, Cancellation)).Claimed);
    }

    [Fact]
    public async Task Queues_are_listed_by_name()
    {
        await using var host = await JobsHost.StartAsync();
        foreach (var name in new[] { "b", "a", "c" })
            await host.SubmitAsync(job => job with { Queue = name });

        var list = await host.As(Tokens.Auditor).GetJsonAsync("/v3/queues");

        Assert.Equal(["a", "b", "c"], list.GetProperty("resources").EnumerateArray().Select(queue => queue.Text("name")));
    }

    [Theory]
    [InlineData("A")]
    [InlineData("a%20b")]
    [InlineData("%C3%A4")]
    public async Task A_name_that_no_queue_can_have_is_not_found(string name)
    {
        await using var host = await JobsHost.StartAsync();
        var client = host.As(Tokens.Admin);

        var answers = new[] { await client.GetAsync($"/v3/queues/{name}", Cancellation), await client.ActAsync($"/v3/queues/{name}/actions/pause") };
        foreach (var answer in answers)
            Assert.Equal("Queue not found", await answer.IsV3ErrorAsync(HttpStatusCode.NotFound, 10010, "CF-ResourceNotFound"));
    }

    [Theory]
    [InlineData("""{"reason":5}""", HttpStatusCode.UnprocessableEntity, 10008, "CF-UnprocessableEntity")]
    [InlineData("""{"why":"x"}""", HttpStatusCode.UnprocessableEntity, 10008, "CF-UnprocessableEntity")]
    [InlineData("""[]""", HttpStatusCode.UnprocessableEntity, 10008, "CF-UnprocessableEntity")]
    [InlineData("""{"reason":""", HttpStatusCode.BadRequest, 1001, "CF-MessageParseError")]
    public async Task A_bad_reason_is_refused(string body, HttpStatusCode status, int code, string title)
    {
        await using var host = await JobsHost.StartAsync();

        foreach (var action in new[] { "pause", "resume" })
            await (await host.As(Tokens.Admin).PostAsync($"/v3/queues/q/actions/{action}", body)).IsV3ErrorAsync(status, code, title);

        Assert.Equal("null", (await host.As(Tokens.Admin).GetJsonAsync("/v3/queues/q")).GetProperty("paused").GetRawText());
    }

    [Fact]
    public async Task A_reason_has_at_most_a_thousand_characters_and_its_body_16_KiB()
    {
        await using var host = await JobsHost.StartAsync();
        Task<HttpResponseMessage> PauseAsync(int length) =>
            host.As(Tokens.Admin).PostAsync("/v3/queues/q/actions/pause", $$"""{"reason":"{{new string('x', length)}}"}""");

        await (await PauseAsync(1_001)).IsV3ErrorAsync(HttpStatusCode.UnprocessableEntity, 10008, "CF-UnprocessableEntity");
        await (await PauseAsync(17_000)).IsV3ErrorAsync(HttpStatusCode.RequestEntityTooLarge, 900007, "CF-RequestTooLarge");
        Assert.Equal(HttpStatusCode.OK, (await PauseAsync(1_000)).StatusCode);
    }

    [Fact]
    public async Task Queues_are_read_by_those_who_read_everything_and_paused_by_administrators()
    {
        await using var host = await JobsHost.StartAsync();

        foreach (var path in new[] { "/v3/queues", "/v3/queues/q" })
        {
            await (await host.Client.GetAsync(path, Cancellation)).IsV3ErrorAsync(HttpStatusCode.Unauthorized, 10002, "CF-NotAuthenticated");
            await (await host.As(Tokens.Writer).GetAsync(path, Cancellation)).IsV3ErrorAsync(HttpStatusCode.Forbidden, 10003, "CF-NotAuthorized");
        }

        foreach (var action in new[] { "pause", "resume" })
        {
            foreach (var token in new[] { Tokens.Writer, Tokens.AdminReadOnly, Tokens.Auditor })
            {
                var answer = await host.As(token).ActAsync($"/v3/queues/q/actions/{action}");
                await answer.IsV3ErrorAsync(HttpStatusCode.Forbidden, 10003, "CF-NotAuthorized");
            }
        }
    }

    [Fact]
    public async Task Limits_are_set_each_by_itself_and_lifted_with_null()
    {
        await using var host = await JobsHost.StartAsync(clock: new FakeTimeProvider(Noon));

        Assert.Equal(
            """{"concurrency":5,"rate":null,"limits_changed":{"at":"2026-03-04T12:00:00Z","by":"admin"}}""",
            await LimitAsync("""{"concurrency":5}"""));
        Assert.Equal(
            """{"concurrency":5,"rate":{"count":100,"seconds":60},"limits_changed":{"at":"2026-03-04T12:00:00Z","by":"admin"}}""",
            await LimitAsync("""{"rate":{"seconds":60,"count":100}}"""));
        Assert.Equal(
            """{"concurrency":null,"rate":{"count":100,"seconds":60},"limits_changed":{"at":"2026-03-04T12:00:00Z","by":"admin"}}""",
            await LimitAsync("""{"concurrency":null}"""));
        Assert.Equal(
            """{"concurrency":1000000,"rate":null,"limits_changed":{"at":"2026-03-04T12:00:00Z","by":"admin"}}""",
            await LimitAsync("""{"concurrency":1000000,"rate":null}"""));
        Assert.Equal(
            """{"concurrency":1000000,"rate":null,"limits_changed":{"at":"2026-03-04T12:00:00Z","by":"admin"}}""",
            await LimitAsync("{}"));

        async Task<string> LimitAsync(string body)
        {
            var answer = await PatchAsync(host, body);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            var queue = await answer.JsonAsync();
            Assert.Equal(queue.GetRawText(), (await host.As(Tokens.AdminReadOnly).GetJsonAsync("/v3/queues/q")).GetRawText());
            string[] names = ["concurrency", "rate", "limits_changed"];
            return $"{{{string.Join(',', names.Select(name => $"\"{name}\":{queue.GetProperty(name).GetRawText()}"))}}}";
        }
    }

    [Fact]
    public async Task A_limited_queue_that_was_never_used_is_listed_and_an_operation_has_no_limits()
    {
        await using var host = await JobsHost.StartAsync();
        await PatchAsync(host, """{"concurrency":5}""");
        await host.SubmitAsync();

        var queues = (await host.As(Tokens.Admin).GetJsonAsync("/v3/queues")).GetProperty("resources").EnumerateArray();
        Assert.Equal([("default", "null"), ("q", "5")], queues.Select(queue => (queue.Text("name"), queue.GetProperty("concurrency").GetRawText())));
        Assert.False((await host.As(Tokens.Admin).GetJsonAsync($"/v3/operations/{StoredJobs.Operation}")).TryGetProperty("concurrency", out _));
        await (await host.As(Tokens.Admin).PatchAsync($"/v3/operations/{StoredJobs.Operation}", Json("{}"), Cancellation))
            .IsV3ErrorAsync(HttpStatusCode.MethodNotAllowed, 900006, "CF-MethodNotAllowed");
    }

    [Theory]
    [InlineData("""{"concurrency":0}""", "concurrency must be a whole number from 1 to 1000000")]
    [InlineData("""{"concurrency":1000001}""", "concurrency must be a whole number from 1 to 1000000")]
    [InlineData("""{"concurrency":"5"}""", "concurrency must be a whole number from 1 to 1000000")]
    [InlineData("""{"rate":5}""", "rate must be an object")]
    [InlineData("""{"rate":{"count":0,"seconds":60}}""", "rate.count must be a whole number from 1 to 1000000")]
    [InlineData("""{"rate":{"count":1,"seconds":86401}}""", "rate.seconds must be a whole number from 1 to 86400")]
    [InlineData("""{"rate":{"count":1}}""", "rate.seconds is required")]
    [InlineData("""{"rate":{"seconds":null}}""", "rate.count is required, rate.seconds is required")]
    [InlineData("""{"rate":{"count":1,"seconds":1,"burst":1}}""", "Unknown field(s): 'rate.burst'")]
    [InlineData("""{"Concurrency":5}""", "Unknown field(s): 'Concurrency'")]
    [InlineData("""{"concurrency":5,"concurrency":5}""", "concurrency is given more than once")]
    [InlineData("""{"concurrency":7,"rate":[]}""", "rate must be an object")]
    [InlineData("[]", "The request body must be an object")]
    public async Task Bad_limits_are_refused_by_name_and_change_nothing(string body, string detail)
    {
        await using var host = await JobsHost.StartAsync();

        var answer = await PatchAsync(host, body);

        Assert.Equal(detail, await answer.IsV3ErrorAsync(HttpStatusCode.UnprocessableEntity, 10008, "CF-UnprocessableEntity"));
        Assert.Equal("null", (await host.As(Tokens.Admin).GetJsonAsync("/v3/queues/q")).GetProperty("limits_changed").GetRawText());
    }

    [Fact]
    public async Task Limits_come_as_JSON_of_at_most_16_KiB_for_a_name_that_a_queue_can_have()
    {
        await using var host = await JobsHost.StartAsync();
        var client = host.As(Tokens.Admin);

        await (await PatchAsync(host, """{"concurrency":""")).IsV3ErrorAsync(HttpStatusCode.BadRequest, 1001, "CF-MessageParseError");
        await (await PatchAsync(host, $$"""{"x":"{{new string('x', 17_000)}}"}"""))
            .IsV3ErrorAsync(HttpStatusCode.RequestEntityTooLarge, 900007, "CF-RequestTooLarge");
        await (await client.PatchAsync("/v3/queues/q", new StringContent("{}"), Cancellation))
            .IsV3ErrorAsync(HttpStatusCode.UnsupportedMediaType, 900008, "CF-UnsupportedMediaType");
        await (await client.PatchAsync("/v3/queues/A", Json("{}"), Cancellation))
            .IsV3ErrorAsync(HttpStatusCode.NotFound, 10010, "CF-ResourceNotFound");
    }

    [Fact]
    public async Task Limits_are_set_by_administrators_alone()
    {
        await using var host = await JobsHost.StartAsync();

        await (await host.Client.PatchAsync("/v3/queues/q", Json("{}"), Cancellation))
            .IsV3ErrorAsync(HttpStatusCode.Unauthorized, 10002, "CF-NotAuthenticated");
        foreach (var token in new[] { Tokens.Writer, Tokens.AdminReadOnly, Tokens.Auditor })
        {
            await (await host.As(token).PatchAsync("/v3/queues/q", Json("{}"), Cancellation))
                .IsV3ErrorAsync(HttpStatusCode.Forbidden, 10003, "CF-NotAuthorized");
        }
    }

    private static Task<HttpResponseMessage> PatchAsync(JobsHost host, string body) =>
        host.As(Tokens.Admin).PatchAsync("/v3/queues/q", Json(body), Cancellation);

    private static StringContent Json(string body) => new(body, Encoding.UTF8, "application/json");
}
