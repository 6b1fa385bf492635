using System.Net;
using CloudController.Jobs.AspNetCore.Tests.Hosting;
using CloudController.Jobs.AspNetCore.Tests.V3.Leases;
using Microsoft.Extensions.Time.Testing;

namespace CloudController.Jobs.AspNetCore.Tests.V3;

/// <summary>Contract §8: <c>GET /v3/errors</c>, the errors workbench.</summary>
public sealed class FailureTests
{
    private static readonly DateTimeOffset Noon = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task What_the_outside_sees_as_unknown_comes_first_with_its_exception_and_a_sample()
    {
        var clock = new FakeTimeProvider(Noon);
        await using var host = await JobsHost.StartAsync(clock: clock);
        for (var count = 0; count < 2; count++)
        {
            await host.SubmitAsync(job => job with { Queue = "q" });
            await host.EndAsync(await host.ClaimAsync(), new RunEnd.Failed([new JobError(100004, "CF-AppNotFound", "x")]), failure: "CF-AppNotFound");
        }

        clock.Advance(TimeSpan.FromMinutes(1));
        var job = await host.SubmitAsync();
        await host.EndAsync(
            await host.ClaimAsync(), new RunEnd.Failed([JobError.Unknown]), exception: "System.IO.IOException: disk", failure: "System.IO.IOException");

        var errors = await host.As(Tokens.Admin).GetJsonAsync("/v3/errors");

        Assert.Equal((3, false), (errors.GetProperty("examined").GetInt32(), errors.GetProperty("partial").GetBoolean()));
        var groups = errors.GetProperty("resources").EnumerateArray().ToArray();
        Assert.Equal(
            [(StoredJobs.Operation, "System.IO.IOException", true, 1), (StoredJobs.Operation, "CF-AppNotFound", false, 2)],
            groups.Select(group => (
                group.Text("operation"), group.Text("kind"), group.GetProperty("unknown").GetBoolean(), group.GetProperty("count").GetInt32())));
        Assert.Equal("""["q"]""", groups[1].GetProperty("queues").GetRawText());
        Assert.Equal(("2026-06-01T12:01:00Z", "2026-06-01T12:01:00Z"), (groups[0].Text("first_at"), groups[0].Text("last_at")));
        var sample = groups[0].GetProperty("sample");
        Assert.Equal((job.Guid, "System.IO.IOException: disk", "test"), (sample.Guid(), sample.Text("exception"), sample.Text("worker")));
        Assert.Equal(new Uri(host.Address, $"/v3/jobs/{job.Guid}").ToString(), sample.GetProperty("links").GetProperty("job").Text("href"));
    }

    [Fact]
    public async Task What_a_worker_elsewhere_says_of_a_failure_is_there_too()
    {
        await using var host = await JobsHost.StartAsync();
        var worker = host.As(Tokens.Worker);
        foreach (var failure in new[] { """{"errors":[{"detail":"disk on host x"}]}""", """{"errors":[{"name":"AppNotFound","args":["7"]}]}""" })
        {
            await host.SubmitAsync();
            await (await worker.EndAsync(await worker.LeaseOneAsync(), "fail", failure)).OkAsync();
        }

        var groups = (await host.As(Tokens.Admin).GetJsonAsync("/v3/errors")).GetProperty("resources").EnumerateArray().ToArray();

        Assert.Equal(["UnknownError", "CF-AppNotFound"], groups.Select(group => group.Text("kind")));
        Assert.Equal("disk on host x", groups[0].GetProperty("sample").Text("exception"));
    }

    [Fact]
    public async Task Without_failures_it_is_empty()
    {
        await using var host = await JobsHost.StartAsync();

        var errors = await host.As(Tokens.Admin).GetJsonAsync("/v3/errors");

        Assert.Equal("""{"examined":0,"partial":false,"resources":[]}""", errors.GetRawText());
    }

    [Fact]
    public async Task It_is_for_administrators()
    {
        await using var host = await JobsHost.StartAsync();

        foreach (var token in new[] { Tokens.AdminReadOnly, Tokens.Auditor, Tokens.Writer, Tokens.Worker })
        {
            var answer = await host.As(token).GetAsync("/v3/errors", TestContext.Current.CancellationToken);
            await answer.IsV3ErrorAsync(HttpStatusCode.Forbidden, 10003, "CF-NotAuthorized");
        }
    }
}
