using System.Net;
using CloudController.Jobs.AspNetCore.Following;
using CloudController.Jobs.AspNetCore.RateLimits;
using CloudController.Jobs.AspNetCore.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace CloudController.Jobs.AspNetCore.Tests.V2;

/// <summary>Contract §4: <c>Prefer: wait=N</c>.</summary>
public sealed class V2WaitTests
{
    // Ids of log lines that tell that a wait has begun, or ended without an answer.
    private const int ClientGone = 3006;
    private const int WaitsForNews = 3007;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_answer_is_held_until_the_job_changes()
    {
        await using var host = await JobsHost.StartAsync();
        var job = await host.SubmitAsync();

        var waiting = AskAsync(host, job.Guid, "wait=60");
        await host.Log.WaitForAsync(WaitsForNews, 1);
        await host.ClaimAsync();

        Assert.Equal("running", await StatusAsync(await waiting));
    }

    [Fact]
    public async Task An_answer_comes_at_once_if_the_job_is_not_what_the_client_knows()
    {
        await using var host = await JobsHost.StartAsync();
        var job = await host.SubmitAsync();
        var queued = (await host.Client.GetAsync($"/v2/jobs/{job.Guid}", Cancellation)).Header("ETag");
        await host.ClaimAsync();

        var answer = await AskAsync(host, job.Guid, "wait=60", queued);

        Assert.Equal("running", await StatusAsync(answer));
    }

    [Fact]
    public async Task What_the_client_knows_is_waited_out()
    {
        await using var host = await JobsHost.StartAsync();
        var job = await host.SubmitAsync();
        var run = await host.ClaimAsync();
        var running = (await host.Client.GetAsync($"/v2/jobs/{job.Guid}", Cancellation)).Header("ETag");

        var waiting = AskAsync(host, job.Guid, "wait=60", running);
        await host.Log.WaitForAsync(WaitsForNews, 1);
        await host.EndAsync(run, new RunEnd.Finished());

        Assert.Equal("finished", await StatusAsync(await waiting));
    }

    [Fact]
    public async Task After_the_wait_the_answer_comes_all_the_same()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(50));
        await using var host = await JobsHost.StartAsync(clock: clock);
        var job = await host.SubmitAsync();
        var tag = (await host.Client.GetAsync($"/v2/jobs/{job.Guid}", Cancellation)).Header("ETag");

        var (plain, conditional) = (AskAsync(host, job.Guid, "wait=7"), AskAsync(host, job.Guid, "wait=7", tag));
        await host.Log.WaitForAsync(WaitsForNews, 2);
        while (!plain.IsCompleted || !conditional.IsCompleted)
        {
            clock.Advance(TimeSpan.FromSeconds(7));
            await Task.Yield();
        }

        Assert.Equal("queued", await StatusAsync(await plain));
        Assert.Equal(HttpStatusCode.NotModified, (await conditional).StatusCode);
    }

    [Fact]
    public async Task Ended_jobs_and_those_not_held_are_not_waited_for()
    {
        await using var host = await JobsHost.StartAsync();
        var job = await host.RunAsync(new RunEnd.Finished());
        var tag = (await host.Client.GetAsync($"/v2/jobs/{job.Guid}", Cancellation)).Header("ETag");

        Assert.Equal("finished", await StatusAsync(await AskAsync(host, job.Guid, "wait=60")));
        Assert.Equal(HttpStatusCode.NotModified, (await AskAsync(host, job.Guid, "wait=60", tag)).StatusCode);
        Assert.Equal("finished", await StatusAsync(await AskAsync(host, Guid.AllBitsSet, "wait=60")));
    }

    [Fact]
    public async Task A_job_that_goes_ends_the_wait()
    {
        await using var host = await JobsHost.StartAsync();
        var job = await host.SubmitAsync();

        var waiting = AskAsync(host, job.Guid, "wait=60", "*");
        await host.Log.WaitForAsync(WaitsForNews, 1);
        await host.Store.CancelAsync(job.Guid, Cancellation);

        Assert.Equal(HttpStatusCode.NotModified, (await waiting).StatusCode);
    }

    [Theory]
    [InlineData("wait")]
    [InlineData("wait=")]
    [InlineData("wait=0")]
    [InlineData("wait=61")]
    [InlineData("wait=-1")]
    [InlineData("wait=+5")]
    [InlineData("wait=1.5")]
    [InlineData("wait=99999999999999999999")]
    [InlineData("wait=\"")]
    [InlineData("waiting=5")]
    [InlineData("return=minimal;wait=5")]
    [InlineData(",,;=,")]
    public async Task A_wait_that_is_none_is_ignored(string prefer)
    {
        await using var host = await JobsHost.StartAsync();
        var job = await host.SubmitAsync();

        Assert.Equal("queued", await StatusAsync(await AskAsync(host, job.Guid, prefer)));
    }

    [Theory]
    [InlineData("wait=60")]
    [InlineData("WAIT = 60")]
    [InlineData("wait=\"60\"")]
    [InlineData("respond-async, wait=60")]
    [InlineData("wait=60; foo=bar, wait=0")]
    public async Task A_wait_may_be_spelt_as_the_standard_has_it(string prefer)
    {
        await using var host = await JobsHost.StartAsync();
        var job = await host.SubmitAsync();

        var waiting = AskAsync(host, job.Guid, prefer);
        await host.Log.WaitForAsync(WaitsForNews, 1);
        await host.ClaimAsync();

        Assert.Equal("running", await StatusAsync(await waiting));
    }

    [Fact]
    public async Task Over_16_waits_of_an_address_the_answer_comes_at_once()
    {
        await using var host = await JobsHost.StartAsync();
        var job = await host.SubmitAsync();
        var waiting = Enumerable.Range(0, 16).Select(_ => AskAsync(host, job.Guid, "wait=60")).ToList();
        await host.Log.WaitForAsync(WaitsForNews, 16);

        Assert.Equal("queued", await StatusAsync(await AskAsync(host, job.Guid, "wait=60")));

        await host.ClaimAsync();
        foreach (var answer in await Task.WhenAll(waiting))
            Assert.Equal("running", await StatusAsync(answer));
    }

    [Fact]
    public void Over_20000_waits_in_all_there_is_no_place()
    {
        var places = new HeldPlaces();
        var taken = Enumerable.Range(0, 20_000).Select(client => places.TryTake(new ClientAddress(default, (ulong)client))).ToList();

        Assert.DoesNotContain(null, taken);
        Assert.Null(places.TryTake(new ClientAddress(default, 30_000)));
        Assert.Null(places.TryTake(new JobOwner("", "user")));
        taken[0]!.Dispose();
        Assert.NotNull(places.TryTake(new JobOwner("", "user")));
    }

    [Fact]
    public async Task A_client_that_goes_away_gives_its_place_back()
    {
        await using var host = await JobsHost.StartAsync();
        var job = await host.SubmitAsync();
        using var leave = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v2/jobs/{job.Guid}") { Headers = { { "Prefer", "wait=60" } } };

        var waiting = host.Client.SendAsync(request, leave.Token);
        await host.Log.WaitForAsync(WaitsForNews, 1);
        await leave.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        await host.Log.WaitForAsync(ClientGone, 1);
        Assert.Equal(0, host.Services.GetRequiredService<HeldPlaces>().Taken);
        Assert.DoesNotContain(host.Log.All, line => line.Exception is not null && line.Category.StartsWith("CloudController", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_server_that_stops_lets_go_at_once()
    {
        // Time stands still: the wait alone would never end.
        await using var host = await JobsHost.StartAsync(clock: new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(50)));
        var job = await host.SubmitAsync();
        var waiting = AskAsync(host, job.Guid, "wait=60");
        await host.Log.WaitForAsync(WaitsForNews, 1);

        host.StopApplication();

        Assert.Equal("queued", await StatusAsync(await waiting));
    }

    private static async Task<HttpResponseMessage> AskAsync(JobsHost host, Guid job, string prefer, string? ifNoneMatch = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v2/jobs/{job}");
        request.Headers.TryAddWithoutValidation("Prefer", prefer);
        if (ifNoneMatch is not null)
            request.Headers.TryAddWithoutValidation("If-None-Match", ifNoneMatch);

        return await host.Client.SendAsync(request, Cancellation);
    }

    private static async Task<string?> StatusAsync(HttpResponseMessage answer) =>
        (await answer.JsonAsync()).GetProperty("entity").GetProperty("status").GetString();
}
