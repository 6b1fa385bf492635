using System.Net;
using CloudController.Jobs.AspNetCore.Tests.Hosting;
using CloudController.Jobs.Storage;

namespace CloudController.Jobs.AspNetCore.Tests.V3;

/// <summary>Contract §5: cancel, retry, delete, of one job and of many.</summary>
public sealed class ActionTests(SharedHost shared) : IClassFixture<SharedHost>
{
    private const string ValidParameters =
        "Valid parameters are: 'created_ats', 'updated_ats', 'guids', 'states', 'phases', 'operations', 'queues', 'resource_guids', 'label_selector'";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_waits_is_cancelled_at_once_and_again_is_the_same()
    {
        await using var host = await JobsHost.StartAsync();
        var job = await host.SubmitAsync(plain => plain with { Arguments = "[1.0]"u8.ToArray() });
        var path = $"/v3/jobs/{job.Guid}";

        var answer = await host.As(Tokens.Writer).ActAsync($"{path}/actions/cancel");
        var again = await host.As(Tokens.Writer).ActAsync($"{path}/actions/cancel");

        Assert.Equal((HttpStatusCode.Accepted, HttpStatusCode.Accepted), (answer.StatusCode, again.StatusCode));
        Assert.Equal(new Uri(host.Address, path).ToString(), answer.Header("Location"));
        var cancelled = await answer.JsonAsync();
        Assert.Equal(("FAILED", "cancelled"), (cancelled.Text("state"), cancelled.Text("phase")));
        Assert.Equal("[1.0]", cancelled.GetProperty("arguments").GetRawText());
        Assert.Equal(900001, cancelled.GetProperty("errors")[0].GetProperty("code").GetInt32());
        Assert.Equal(cancelled.GetRawText(), (await again.JsonAsync()).GetRawText());
        Assert.Equal(cancelled.GetRawText(), (await host.As(Tokens.Writer).GetJsonAsync(path)).GetRawText());
    }

    [Fact]
    public async Task What_runs_is_asked_to_stop()
    {
        await using var host = await JobsHost.StartAsync();
        var job = await host.SubmitAsync();
        var run = await host.ClaimAsync();

        var answer = await host.As(Tokens.Writer).ActAsync($"/v3/jobs/{job.Guid}/actions/cancel");

        Assert.Equal("running", (await answer.JsonAsync()).Text("phase"));
        var heartbeat = await host.Store.HeartbeatAsync([new(run.Lease, job.Guid, RunReport.None)], TimeSpan.FromMinutes(1), Cancellation);
        Assert.True(heartbeat[0].CancelRequested);
    }

    [Fact]
    public async Task What_finished_or_failed_cannot_be_cancelled()
    {
        await using var host = await JobsHost.StartAsync();
        var finished = await host.RunAsync(new RunEnd.Finished());
        var failed = await host.RunAsync(new RunEnd.Failed([JobError.Unknown]));

        foreach (var job in new[] { finished, failed })
        {
            var answer = await host.As(Tokens.Writer).ActAsync($"/v3/jobs/{job.Guid}/actions/cancel");
            Assert.Equal(
                "The job has already ended and cannot be cancelled",
                await answer.IsV3ErrorAsync(HttpStatusCode.UnprocessableEntity, 10008, "CF-UnprocessableEntity"));
        }
    }

    [Fact]
    public async Task What_failed_can_be_retried_with_as_many_attempts_more()
    {
        await using var host = await JobsHost.StartAsync();
        var job = await host.RunAsync(new RunEnd.Failed([JobError.Unknown]));

        var answer = await host.As(Tokens.Writer).ActAsync($"/v3/jobs/{job.Guid}/actions/retry");

        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        var retried = await answer.JsonAsync();
        Assert.Equal((job.Guid, "queued"), (retried.Guid(), retried.Text("phase")));
        Assert.Equal((2, 0), (retried.GetProperty("max_attempts").GetInt32(), retried.GetProperty("errors").GetArrayLength()));
        var again = await host.As(Tokens.Writer).ActAsync($"/v3/jobs/{job.Guid}/actions/retry");
        Assert.Equal(
            "The job has not failed and cannot be retried",
            await again.IsV3ErrorAsync(HttpStatusCode.UnprocessableEntity, 10008, "CF-UnprocessableEntity"));
    }

    [Fact]
    public async Task What_ended_can_be_deleted_and_nothing_else()
    {
        await using var host = await JobsHost.StartAsync();
        var path = $"/v3/jobs/{(await host.SubmitAsync()).Guid}";
        var client = host.As(Tokens.Writer);

        var tooEarly = await client.DeleteAsync(path, Cancellation);
        await tooEarly.IsV3ErrorAsync(HttpStatusCode.UnprocessableEntity, 10008, "CF-UnprocessableEntity");
        await client.ActAsync($"{path}/actions/cancel");
        var deleted = await client.DeleteAsync(path, Cancellation);
        var again = await client.DeleteAsync(path, Cancellation);

        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        await again.IsV3ErrorAsync(HttpStatusCode.NotFound, 10010, "CF-ResourceNotFound");
    }

    [Theory]
    [InlineData("POST", "/actions/cancel")]
    [InlineData("POST", "/actions/retry")]
    [InlineData("DELETE", "")]
    public async Task Anothers_job_may_be_read_but_not_touched(string method, string action)
    {
        await using var host = await JobsHost.StartAsync();
        var path = $"/v3/jobs/{(await host.SubmitAsync()).Guid}{action}";
        Task<HttpResponseMessage> Send(string token, string to) => host.As(token).SendAsync(new(new HttpMethod(method), to), Cancellation);

        foreach (var token in new[] { Tokens.OtherWriter, Tokens.Reader, Tokens.AdminReadOnly, Tokens.Auditor })
            await (await Send(token, path)).IsV3ErrorAsync(HttpStatusCode.Forbidden, 10003, "CF-NotAuthorized");

        var missing = await Send(Tokens.OtherWriter, $"/v3/jobs/{Guid.Empty}{action}");
        await missing.IsV3ErrorAsync(HttpStatusCode.NotFound, 10010, "CF-ResourceNotFound");
        Assert.NotEqual(HttpStatusCode.Forbidden, (await Send(Tokens.Admin, path)).StatusCode);
    }

    [Fact]
    public async Task Many_are_cancelled_and_retried_by_filter_ones_own_only()
    {
        await using var host = await JobsHost.StartAsync();
        for (var number = 0; number < 3; number++)
            await host.SubmitAsync(plain => plain with { Queue = "q" });
        await host.SubmitAsync(plain => plain with { Queue = "q", Owner = new JobOwner("", Tokens.OtherWriter) });
        await host.SubmitAsync(plain => plain with { Queue = "other" });
        await host.RunAsync(new RunEnd.Finished(), plain => plain with { Queue = "q", Priority = -1 });

        async Task<string> ActAsync(string token, string query)
        {
            var answer = await host.As(token).ActAsync($"/v3/jobs/actions/{query}");
            return (await answer.JsonAsync()).GetRawText();
        }

        Assert.Equal("""{"matched":4,"changed":3,"refused":1}""", await ActAsync(Tokens.Writer, "cancel?queues=q"));
        Assert.Equal("""{"matched":1,"changed":1,"refused":0}""", await ActAsync(Tokens.Admin, "cancel?queues=q&phases=queued"));
        Assert.Equal("""{"matched":0,"changed":0,"refused":0}""", await ActAsync(Tokens.Writer, "retry?queues=q&states=COMPLETE&phases=cancelled"));
        Assert.Equal("""{"matched":3,"changed":3,"refused":0}""", await ActAsync(Tokens.Writer, "retry?queues=q&phases=cancelled"));
    }

    [Theory]
    [InlineData("", "At least one filter is required. " + ValidParameters)]
    [InlineData("?page=2&queues=q", "Unknown query parameter(s): 'page'. " + ValidParameters)]
    [InlineData("?states=failed", "States can only be: 'PROCESSING', 'POLLING', 'COMPLETE', 'FAILED'")]
    public async Task Many_need_a_filter_that_is_one(string query, string message)
    {
        var host = shared.Host;

        foreach (var action in new[] { "cancel", "retry" })
        {
            var answer = await host.As(Tokens.Writer).ActAsync($"/v3/jobs/actions/{action}{query}");
            Assert.Equal(
                $"The query parameter is invalid: {message}",
                await answer.IsV3ErrorAsync(HttpStatusCode.BadRequest, 10005, "CF-BadQueryParameter"));
        }
    }
}
