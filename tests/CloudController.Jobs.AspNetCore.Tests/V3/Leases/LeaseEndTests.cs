using System.Net;
using CloudController.Jobs.AspNetCore.Tests.Hosting;
using Microsoft.Extensions.Time.Testing;

namespace CloudController.Jobs.AspNetCore.Tests.V3.Leases;

/// <summary>Contract §5: how a worker ends a lease, and what it is answered when it says so again.</summary>
public sealed class LeaseEndTests
{
    private static readonly DateTimeOffset Noon = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string, string> Actions { get; } = new()
    {
        { "complete", "{}" },
        { "complete", """{"result":{"a":[1,2]},"warnings":["late"]}""" },
        { "fail", """{"errors":[{"name":"AppNotFound","args":["x"]}]}""" },
        { "fail", """{"errors":[{"detail":"secret"}],"final":true}""" },
        { "poll_again", """{"seconds":5}""" },
        { "release", "{}" },
        { "release", """{"delay_seconds":5}""" },
    };

    [Fact]
    public async Task A_completed_job_has_its_result_and_warnings()
    {
        await using var host = await JobsHost.StartAsync();
        var (job, worker) = (await host.SubmitAsync(plain => plain with { Arguments = "[1]"u8.ToArray() }), host.As(Tokens.Worker));
        var lease = await worker.LeaseOneAsync();

        var done = await (await worker.EndAsync(lease, "complete", """{ "result": {"b":1.0, "a":[]}, "warnings":["w"] }""")).OkAsync();

        Assert.Equal(("COMPLETE", "finished", 1, 1), (
            done.Text("state"), done.Text("phase"), done.GetProperty("attempt").GetInt32(), done.GetProperty("run").GetInt32()));
        Assert.Equal("""{"b":1.0,"a":[]}""", done.GetProperty("result").GetRawText());
        Assert.Equal("[1]", done.GetProperty("arguments").GetRawText());
        Assert.Equal("""[{"detail":"w"}]""", done.GetProperty("warnings").GetRawText());
        Assert.Equal(done.GetRawText(), (await host.As(Tokens.Writer).GetJsonAsync($"/v3/jobs/{job.Guid}")).GetRawText());
    }

    [Fact]
    public async Task An_action_needs_no_body()
    {
        await using var host = await JobsHost.StartAsync();
        var worker = host.As(Tokens.Worker);
        foreach (var action in new[] { "complete", "fail", "release" })
        {
            await host.SubmitAsync();
            Assert.Equal(HttpStatusCode.OK, (await worker.ActAsync($"/v3/leases/{await worker.LeaseOneAsync()}/actions/{action}")).StatusCode);
        }
    }

    [Fact]
    public async Task A_failure_is_retried_by_backoff_while_attempts_last()
    {
        var clock = new FakeTimeProvider(Noon);
        await using var host = await JobsHost.StartAsync(clock: clock);
        var (job, worker) = (await host.SubmitAsync(plain => plain with { MaxAttempts = 2 }), host.As(Tokens.Worker));
        const string Failure = """{"errors":[{"name":"AppNotFound","args":["x"]},{"name":"JobTimeout"}]}""";

        var retried = await (await worker.EndAsync(await worker.LeaseOneAsync(), "fail", Failure)).OkAsync();

        Assert.Equal(("PROCESSING", "scheduled", 1), (retried.Text("state"), retried.Text("phase"), retried.GetProperty("attempt").GetInt32()));
        Assert.Equal([100004, 290006], retried.GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("code").GetInt32()));
        Assert.Empty(await worker.LeaseAsync());

        clock.Advance(TimeSpan.FromMinutes(1));
        await host.Store.PromoteDueAsync(10, Cancellation);
        var second = Assert.Single(await worker.LeaseAsync());
        Assert.Equal((2, 2), (second.GetProperty("attempt").GetInt32(), second.GetProperty("run").GetInt32()));
        var failed = await (await worker.EndAsync(second.Text("lease"), "fail", Failure)).OkAsync();
        Assert.Equal(("FAILED", 2), (failed.Text("state"), failed.GetProperty("attempt").GetInt32()));
        Assert.Equal(failed.GetRawText(), (await host.As(Tokens.Writer).GetJsonAsync($"/v3/jobs/{job.Guid}")).GetRawText());
    }

    [Fact]
    public async Task A_failure_may_say_when_to_try_again_or_that_it_is_final()
    {
        await using var host = await JobsHost.StartAsync(clock: new FakeTimeProvider(Noon));
        var worker = host.As(Tokens.Worker);
        async Task<(string, string)> FailAsync(string body)
        {
            await host.SubmitAsync(plain => plain with { MaxAttempts = 5 });
            var job = await (await worker.EndAsync(await worker.LeaseOneAsync(), "fail", body)).OkAsync();
            return (job.Text("phase"), job.Text("run_at"));
        }

        Assert.Equal(("scheduled", "2026-06-01T13:00:00Z"), await FailAsync("""{"retry_at":"2026-06-01T15:00:00+02:00"}"""));
        Assert.Equal("failed", (await FailAsync("""{"final":true}""")).Item1);
        Assert.Equal(("queued", "2026-06-01T12:00:00Z"), await FailAsync("""{"retry_at":"2020-01-01T00:00:00Z","final":false}"""));
    }

    [Fact]
    public async Task What_the_catalogue_does_not_name_is_for_administrators_alone()
    {
        await using var host = await JobsHost.StartAsync();
        var (job, worker) = (await host.SubmitAsync(), host.As(Tokens.Worker));

        var answer = await worker.EndAsync(
            await worker.LeaseOneAsync(), "fail", """{"errors":[{"detail":"password is x"},{"name":"ServiceBrokerNotRemovable","args":["b"]}]}""");

        var body = (await answer.OkAsync()).GetRawText();
        Assert.DoesNotContain("password", body, StringComparison.Ordinal);
        Assert.Contains("\"detail\":\"An unknown error occurred.\",\"title\":\"UnknownError\",\"code\":10001", body, StringComparison.Ordinal);
        var run = Assert.Single(await host.Store.ListRunsAsync(job.Guid, Cancellation));
        Assert.Equal("password is x", run.Exception);
        Assert.Equal([270010, 10001], run.Errors.Select(error => error.Code));
        var seen = await host.Client.GetJsonAsync($"/v2/jobs/{job.Guid}");
        Assert.Equal("CF-ServiceBrokerNotRemovable", seen.GetProperty("entity").GetProperty("error_details").Text("error_code"));
    }

    [Fact]
    public async Task A_failure_without_errors_is_the_seed_s()
    {
        await using var host = await JobsHost.StartAsync();
        await host.SubmitAsync();
        var worker = host.As(Tokens.Worker);

        var failed = await (await worker.EndAsync(await worker.LeaseOneAsync(), "fail", """{"errors":[]}""")).OkAsync();

        Assert.Equal(
            """[{"detail":"An unknown error occurred.","title":"UnknownError","code":10001}]""", failed.GetProperty("errors").GetRawText());
    }

    [Fact]
    public async Task A_poll_goes_on_under_the_same_attempt()
    {
        var clock = new FakeTimeProvider(Noon);
        await using var host = await JobsHost.StartAsync(clock: clock);
        await host.SubmitAsync();
        var worker = host.As(Tokens.Worker);

        var polls = await (await worker.EndAsync(await worker.LeaseOneAsync(), "poll_again", """{"seconds":86400}""")).OkAsync();

        Assert.Equal(("POLLING", "2026-06-02T12:00:00Z", 1), (polls.Text("state"), polls.Text("run_at"), polls.GetProperty("attempt").GetInt32()));
        clock.Advance(TimeSpan.FromDays(1));
        await host.Store.PromoteDueAsync(10, Cancellation);
        var next = Assert.Single(await worker.LeaseAsync());
        Assert.Equal((1, 2), (next.GetProperty("attempt").GetInt32(), next.GetProperty("run").GetInt32()));
    }

    [Fact]
    public async Task A_release_gives_the_job_back_and_spends_no_attempt()
    {
        await using var host = await JobsHost.StartAsync(clock: new FakeTimeProvider(Noon));
        await host.SubmitAsync();
        var worker = host.As(Tokens.Worker);

        var back = await (await worker.EndAsync(await worker.LeaseOneAsync(), "release")).OkAsync();
        Assert.Equal(("queued", 0), (back.Text("phase"), back.GetProperty("attempt").GetInt32()));

        var later = await (await worker.EndAsync(await worker.LeaseOneAsync(), "release", """{"delay_seconds":3600}""")).OkAsync();
        Assert.Equal(("scheduled", "2026-06-01T13:00:00Z"), (later.Text("phase"), later.Text("run_at")));
    }

    [Fact]
    public async Task Once_cancelled_a_completion_counts_and_all_else_is_cancelled()
    {
        await using var host = await JobsHost.StartAsync();
        var worker = host.As(Tokens.Worker);
        foreach (var (action, body) in new[] { ("complete", "{}"), ("fail", "{}"), ("poll_again", """{"seconds":5}"""), ("release", "{}") })
        {
            var job = await host.SubmitAsync();
            var lease = await worker.LeaseOneAsync();
            await host.As(Tokens.Writer).ActAsync($"/v3/jobs/{job.Guid}/actions/cancel");

            var ended = await (await worker.EndAsync(lease, action, body)).OkAsync();
            var again = await (await worker.EndAsync(lease, action, body)).OkAsync();

            Assert.Equal(action == "complete" ? "finished" : "cancelled", ended.Text("phase"));
            Assert.Equal(ended.GetRawText(), again.GetRawText());
        }
    }

    [Theory]
    [MemberData(nameof(Actions))]
    public async Task Sent_again_an_action_gets_the_same_answer_even_if_another_has_the_job_by_now(string action, string body)
    {
        var clock = new FakeTimeProvider(Noon);
        await using var host = await JobsHost.StartAsync(clock: clock);
        var (job, worker, other) = (await host.SubmitAsync(plain => plain with { MaxAttempts = 3 }), host.As(Tokens.Worker), host.As(Tokens.Admin));
        var lease = await worker.LeaseOneAsync();
        var first = await (await worker.EndAsync(lease, action, body)).OkAsync();
        await SameAsync();

        await host.As(Tokens.Writer).ActAsync($"/v3/jobs/{job.Guid}/actions/retry");
        clock.Advance(TimeSpan.FromHours(1));
        await host.Store.PromoteDueAsync(10, Cancellation);
        if (await other.LeaseAsync() is [var next])
        {
            await SameAsync();
            await (await other.BeatAsync(next.Text("lease"), """{"progress":{"percent":50},"warnings":["of the next run"]}""")).OkAsync();
            await (await other.EndAsync(next.Text("lease"), "complete", """{"result":"of the next run"}""")).OkAsync();
            await SameAsync();
        }

        async Task SameAsync()
        {
            Assert.Equal(first.GetRawText(), (await (await worker.EndAsync(lease, action, body)).OkAsync()).GetRawText());
            Assert.Equal(first.GetRawText(), (await (await worker.EndAsync(lease, action, $" {body} ")).OkAsync()).GetRawText());
        }
    }

    [Fact]
    public async Task Sent_many_times_at_once_an_action_has_one_effect_and_one_answer()
    {
        await using var host = await JobsHost.StartAsync();
        var (job, worker) = (await host.SubmitAsync(plain => plain with { MaxAttempts = 9 }), host.As(Tokens.Worker));
        var lease = await worker.LeaseOneAsync();

        var answers = await Task.WhenAll(
            Enumerable.Range(0, 16).Select(async _ => (await (await worker.EndAsync(lease, "fail")).OkAsync()).GetRawText()));

        Assert.Single(answers.Distinct());
        Assert.Equal(1, (await host.As(Tokens.Writer).GetJsonAsync($"/v3/jobs/{job.Guid}")).GetProperty("attempt").GetInt32());
    }

    [Theory]
    [MemberData(nameof(Actions))]
    public async Task Another_action_on_an_ended_lease_is_refused_and_changes_nothing(string action, string body)
    {
        await using var host = await JobsHost.StartAsync(clock: new FakeTimeProvider(Noon));
        var (job, worker) = (await host.SubmitAsync(plain => plain with { MaxAttempts = 3 }), host.As(Tokens.Worker));
        var lease = await worker.LeaseOneAsync();
        var first = await (await worker.EndAsync(lease, action, body)).OkAsync();

        foreach (var (other, otherBody) in new[]
        {
            ("complete", """{"result":"other"}"""), ("fail", """{"errors":[{"detail":"other"}]}"""), ("poll_again", """{"seconds":77}"""),
            ("release", """{"delay_seconds":77}"""),
        })
            await (await worker.EndAsync(lease, other, otherBody)).IsLostAsync();
        await (await worker.BeatAsync(lease, """{"warnings":["late"]}""")).IsLostAsync();

        Assert.Equal(first.GetRawText(), (await host.As(Tokens.Writer).GetJsonAsync($"/v3/jobs/{job.Guid}")).GetRawText());
    }
}
