using System.Net;
using System.Text.Json;
using CloudController.Jobs.AspNetCore.Tests.Hosting;

namespace CloudController.Jobs.AspNetCore.Tests.V3;

/// <summary>Contract §5: <c>GET /v3/jobs/:guid/attempts</c>.</summary>
public sealed class AttemptTests(SharedHost shared) : IClassFixture<SharedHost>
{
    private static readonly string[] Own = ["number", "run", "started_at", "ended_at", "outcome", "errors", "log"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string, int[]> Outcomes { get; } = new()
    {
        { "finished", [] },
        { "failed", [10001] },
        { "timed_out", [290006] },
        { "lost", [] },
        { "released", [] },
        { "polled", [] },
        { "cancelled", [900001] },
    };

    [Theory]
    [MemberData(nameof(Outcomes))]
    public async Task A_run_is_shown_as_it_ended_and_to_each_reader_what_it_may_see(string outcome, int[] errors)
    {
        await using var host = await JobsHost.StartAsync();
        var job = await host.SubmitAsync();
        var run = await host.ClaimAsync();
        await host.ReportAsync(run, log: "its log\n", logLines: "its lines\n");
        await host.EndAsync(run, End(outcome), exception: "System.Exception: boom");

        var own = await FindOneAsync(host, job.Guid, Tokens.Writer);
        Assert.Equal(Own, own.Keys());
        Assert.Equal((1, 1, outcome, "its log\n"), (own.GetProperty("number").GetInt32(), own.GetProperty("run").GetInt32(), own.Text("outcome"), own.Text("log")));
        Assert.Equal(errors, own.GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("code").GetInt32()));
        Assert.NotNull(own.Text("ended_at"));
        foreach (var token in new[] { Tokens.AdminReadOnly, Tokens.Auditor })
        {
            var read = await FindOneAsync(host, job.Guid, token);
            Assert.Equal([.. Own, "worker", "log_lines"], read.Keys());
            Assert.Equal(("test", "its lines\n"), (read.Text("worker"), read.Text("log_lines")));
        }

        var admins = await FindOneAsync(host, job.Guid, Tokens.Admin);
        Assert.Equal([.. Own, "worker", "log_lines", "exception"], admins.Keys());
        Assert.Equal("System.Exception: boom", admins.Text("exception"));
    }

    [Fact]
    public async Task Every_run_is_there_the_oldest_first_and_the_present_one_has_no_end()
    {
        await using var host = await JobsHost.StartAsync();
        var job = await host.SubmitAsync();
        await host.EndAsync(await host.ClaimAsync(), new RunEnd.Released(TimeSpan.Zero));
        await host.ClaimAsync();

        var body = await host.As(Tokens.Writer).GetJsonAsync($"/v3/jobs/{job.Guid}/attempts");

        var runs = body.GetProperty("resources").EnumerateArray().ToList();
        Assert.Equal([1, 2], runs.Select(run => run.GetProperty("run").GetInt32()));
        Assert.Equal(["released", null], runs.Select(run => run.GetProperty("outcome").GetString()));
        Assert.Equal(JsonValueKind.Null, runs[1].GetProperty("ended_at").ValueKind);
    }

    [Fact]
    public async Task A_job_that_never_ran_has_none()
    {
        await using var host = await JobsHost.StartAsync();
        var job = await host.SubmitAsync();

        var body = await host.As(Tokens.Writer).GetJsonAsync($"/v3/jobs/{job.Guid}/attempts");

        Assert.Equal("""{"resources":[]}""", body.GetRawText());
    }

    [Fact]
    public async Task Those_of_others_are_forbidden_and_of_none_not_found()
    {
        var job = await shared.Host.RunAsync(new RunEnd.Finished());

        foreach (var token in new[] { Tokens.OtherWriter, Tokens.Reader, Tokens.Worker })
        {
            var answer = await shared.Host.As(token).GetAsync($"/v3/jobs/{job.Guid}/attempts", Cancellation);
            await answer.IsV3ErrorAsync(HttpStatusCode.Forbidden, 10003, "CF-NotAuthorized");
        }

        foreach (var guid in new[] { "x", Guid.AllBitsSet.ToString(), $"{job.Guid}".ToUpperInvariant() })
        {
            var answer = await shared.Host.As(Tokens.Admin).GetAsync($"/v3/jobs/{guid}/attempts", Cancellation);
            Assert.Equal("Job not found", await answer.IsV3ErrorAsync(HttpStatusCode.NotFound, 10010, "CF-ResourceNotFound"));
        }
    }

    private static async Task<JsonElement> FindOneAsync(JobsHost host, Guid job, string token) =>
        Assert.Single((await host.As(token).GetJsonAsync($"/v3/jobs/{job}/attempts")).GetProperty("resources").EnumerateArray());

    private static RunEnd End(string outcome) => outcome switch
    {
        "finished" => new RunEnd.Finished(),
        "failed" => new RunEnd.Failed([JobError.Unknown]),
        "timed_out" => new RunEnd.TimedOut(),
        "lost" => new RunEnd.Lost(Counts: true),
        "released" => new RunEnd.Released(TimeSpan.Zero),
        "polled" => new RunEnd.Polled(TimeSpan.FromSeconds(5)),
        "cancelled" => new RunEnd.Cancelled(),
        _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, "Not an outcome."),
    };
}
