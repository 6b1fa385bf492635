using System.Net;
using CloudController.Jobs.AspNetCore.Tests.Hosting;
using CloudController.Jobs.AspNetCore.Tests.V3.Leases;
using Microsoft.Extensions.Time.Testing;

namespace CloudController.Jobs.AspNetCore.Tests.V3.Workers;

/// <summary>Contract §5: <c>GET /v3/workers</c>.</summary>
public sealed class WorkerTests
{
    private static readonly DateTimeOffset Noon = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task It_shows_this_node_and_who_leases_from_it()
    {
        await using var host = await JobsHost.StartAsync(clock: new FakeTimeProvider(Noon));
        await host.SubmitAsync();
        await host.As(Tokens.Worker).LeaseAsync("""{"worker":"py-1","operations":["b","app.delete"],"queues":["slow","default"]}""");
        await host.As(Tokens.Admin).LeaseAsync("""{"operations":["c"]}""");

        var workers = (await host.As(Tokens.Auditor).GetJsonAsync("/v3/workers")).GetProperty("resources").EnumerateArray().ToArray();

        Assert.Equal(["node", "leasing", "leasing"], workers.Select(worker => worker.Text("kind")));
        Assert.Equal("[]", workers[0].GetProperty("operations").GetRawText());
        Assert.NotEqual("", workers[0].Text("version"));
        const string Seen = "\"last_heartbeat_at\":\"2026-06-01T12:00:00Z\",\"version\":null}";
        Assert.Equal(
            """{"name":"admin","kind":"leasing","subject":"admin","queues":null,"operations":["c"],"running":0,""" + Seen, workers[1].GetRawText());
        Assert.Equal(
            """{"name":"py-1","kind":"leasing","subject":"worker","queues":["slow","default"],"operations":["app.delete","b"],"running":1,""" + Seen,
            workers[2].GetRawText());
    }

    [Fact]
    public async Task A_worker_is_live_while_it_works_and_for_a_minute_more()
    {
        var clock = new FakeTimeProvider(Noon);
        await using var host = await JobsHost.StartAsync(clock: clock);
        await host.SubmitAsync();
        var worker = host.As(Tokens.Worker);
        var lease = await worker.LeaseOneAsync();
        for (var beat = 1; beat <= 9; beat++)
        {
            clock.Advance(TimeSpan.FromSeconds(20));
            await (await worker.BeatAsync(lease)).OkAsync();
        }

        Assert.Equal(["2026-06-01T12:03:00Z 1"], await ShowAsync());

        await (await worker.EndAsync(lease, "complete")).OkAsync();
        clock.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(["2026-06-01T12:03:00Z 0"], await ShowAsync());

        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Empty(await ShowAsync());

        async Task<string[]> ShowAsync() =>
        [
            .. (await host.As(Tokens.Admin).GetJsonAsync("/v3/workers")).GetProperty("resources").EnumerateArray()
                .Where(shown => shown.Text("kind") == "leasing")
                .Select(shown => $"{shown.Text("last_heartbeat_at")} {shown.GetProperty("running")}"),
        ];
    }

    [Fact]
    public async Task It_is_for_those_who_read_everything()
    {
        await using var host = await JobsHost.StartAsync();

        foreach (var token in new[] { Tokens.Writer, Tokens.Worker, Tokens.Reader })
            await (await host.As(token).GetAsync("/v3/workers", TestContext.Current.CancellationToken)).IsV3ErrorAsync(
                HttpStatusCode.Forbidden, 10003, "CF-NotAuthorized");
        await (await host.Client.GetAsync("/v3/workers", TestContext.Current.CancellationToken)).IsV3ErrorAsync(
            HttpStatusCode.Unauthorized, 10002, "CF-NotAuthenticated");
    }
}
