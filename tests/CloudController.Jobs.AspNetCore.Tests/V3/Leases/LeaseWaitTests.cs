using System.Net;
using CloudController.Jobs.AspNetCore.Tests.Hosting;

namespace CloudController.Jobs.AspNetCore.Tests.V3.Leases;

/// <summary>Contract §5: <c>wait_seconds</c>. A worker is answered when there is something for it to do.</summary>
public sealed class LeaseWaitTests
{
    // Log ids of the engine.
    private const int WaitsForWork = 30;
    private const int LeasesNotDelivered = 31;

    private const string Waiting = """{"worker":"w","operations":["app.delete"],"wait_seconds":60}""";

    [Fact]
    public async Task A_worker_that_waits_gets_the_job_that_is_submitted()
    {
        await using var host = await JobsHost.StartAsync();
        var waiting = host.As(Tokens.Worker).LeaseAsync(Waiting);
        await host.Log.WaitForAsync(WaitsForWork, 1);

        var job = await host.As(Tokens.Writer).SubmitAsync("""{"operation":"app.delete"}""");

        Assert.Equal(job.Guid(), Assert.Single(await waiting).GetProperty("job").Guid());
    }

    [Fact]
    public async Task Each_of_many_that_wait_gets_one_of_many_jobs()
    {
        await using var host = await JobsHost.StartAsync();
        var waiting = Enumerable.Range(0, 50).Select(_ => host.As(Tokens.Worker).LeaseAsync(Waiting)).ToList();
        await host.Log.WaitForAsync(WaitsForWork, 50);

        var jobs = string.Join(',', Enumerable.Repeat("""{"operation":"app.delete"}""", 50));
        await host.As(Tokens.Writer).PostAsync("/v3/jobs/actions/bulk", $$"""{"jobs":[{{jobs}}]}""");

        var leased = await Task.WhenAll(waiting);
        Assert.Equal(50, leased.Select(leases => Assert.Single(leases).GetProperty("job").Guid()).Distinct().Count());
    }

    [Fact]
    public async Task Work_for_others_wakes_nobody_for_good()
    {
        await using var host = await JobsHost.StartAsync();
        var other = host.As(Tokens.Worker).LeaseAsync("""{"operations":["app.copy"],"wait_seconds":60}""");
        var waiting = host.As(Tokens.Worker).LeaseAsync(Waiting);
        await host.Log.WaitForAsync(WaitsForWork, 2);

        await host.SubmitAsync();
        Assert.Single(await waiting);
        Assert.False(other.IsCompleted);

        await host.SubmitAsync(job => job with { Operation = "app.copy" });
        Assert.Single(await other);
    }

    [Fact]
    public async Task A_job_that_another_gives_back_goes_to_who_waits()
    {
        await using var host = await JobsHost.StartAsync();
        await host.SubmitAsync();
        var lease = await host.As(Tokens.Admin).LeaseOneAsync();
        var waiting = host.As(Tokens.Worker).LeaseAsync(Waiting);
        await host.Log.WaitForAsync(WaitsForWork, 1);

        await host.As(Tokens.Admin).EndAsync(lease, "release");

        Assert.Equal(2, Assert.Single(await waiting).GetProperty("run").GetInt32());
    }

    [Fact]
    public async Task A_wait_that_is_over_is_answered_with_nothing()
    {
        await using var host = await JobsHost.StartAsync();

        Assert.Empty(await host.As(Tokens.Worker).LeaseAsync("""{"operations":["app.delete"],"wait_seconds":1}"""));
    }

    [Fact]
    public async Task A_server_that_stops_answers_those_who_wait_and_leases_nothing_more()
    {
        await using var host = await JobsHost.StartAsync();
        var waiting = host.As(Tokens.Worker).LeaseAsync(Waiting);
        await host.Log.WaitForAsync(WaitsForWork, 1);

        host.StopApplication();

        Assert.Empty(await waiting);
    }

    [Fact]
    public async Task A_worker_that_asks_a_server_that_stops_is_told_to_come_back_later()
    {
        await using var host = await JobsHost.StartAsync();
        await host.SubmitAsync();
        var lease = await host.As(Tokens.Worker).LeaseOneAsync();
        host.StopApplication();

        var answer = await host.As(Tokens.Worker).PostAsync("/v3/leases", Waiting);

        await answer.IsV3ErrorAsync(HttpStatusCode.ServiceUnavailable, 10015, "CF-ServiceUnavailable");
        Assert.Equal(TimeSpan.FromSeconds(1), answer.Headers.RetryAfter?.Delta);

        // What is leased is still kept and ended.
        await (await host.As(Tokens.Worker).BeatAsync(lease)).OkAsync();
        await (await host.As(Tokens.Worker).EndAsync(lease, "complete")).OkAsync();
    }

    [Fact]
    public async Task A_worker_that_went_away_while_it_waited_takes_no_job()
    {
        await using var host = await JobsHost.StartAsync();
        using (var gone = new CancellationTokenSource())
        {
            var waiting = host.As(Tokens.Worker).PostAsync("/v3/leases", new StringContent(Waiting, null, "application/json"), gone.Token);
            await host.Log.WaitForAsync(WaitsForWork, 1);
            await gone.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        }

        var next = host.As(Tokens.Worker).LeaseAsync(Waiting);
        var job = await host.SubmitAsync();

        // Whichever of the two the job was offered to first, it comes to the one that is still there.
        Assert.Equal(job.Guid, Assert.Single(await next).GetProperty("job").Guid());
        Assert.True(host.Log.All.Count(line => line.EventId == LeasesNotDelivered) <= 1);
    }

    [Fact]
    public async Task Where_too_many_wait_the_answer_comes_at_once()
    {
        await using var host = await JobsHost.StartAsync();
        var waiting = Enumerable.Range(0, 1_000).Select(_ => host.As(Tokens.Worker).PostAsync("/v3/leases", Waiting)).ToList();
        await host.Log.WaitForAsync(WaitsForWork, 1_000);

        Assert.Empty(await host.As(Tokens.Worker).LeaseAsync(Waiting));

        host.StopApplication();
        Assert.All(await Task.WhenAll(waiting), answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
    }
}
