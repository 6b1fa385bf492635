using System.Net;
using System.Net.Sockets;
using System.Text;
using CloudController.Jobs.AspNetCore.Following;
using CloudController.Jobs.AspNetCore.Tests.Hosting;
using CloudController.Jobs.AspNetCore.V3.Events;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace CloudController.Jobs.AspNetCore.Tests.V3.Events;

/// <summary>Contract §5: <c>GET /v3/jobs/:guid/events</c>.</summary>
public sealed class EventTests(SharedHost shared) : IClassFixture<SharedHost>
{
    // Ids of log lines.
    private const int FollowsJob = 3020;
    private const int FollowerDropped = 3021;

    private const string NoProgress = """progress {"percent":null,"message":null}""";

    private static readonly DateTimeOffset Start = new(2026, 1, 31, 8, 0, 0, TimeSpan.Zero);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_follower_hears_how_a_job_is_and_then_of_each_change_until_its_end()
    {
        var clock = new FakeTimeProvider(Start);
        await using var host = await JobsHost.StartAsync(clock: clock);
        var job = await host.SubmitAsync();
        using var followed = await FollowedJob.StartAsync(host, job.Guid);

        Assert.Equal([State("PROCESSING", "queued", 0, 0, started: null), NoProgress], await followed.TakeAsync(2));

        clock.Advance(TimeSpan.FromSeconds(2));
        var run = await host.ClaimAsync();
        Assert.Equal([State("PROCESSING", "running", 1, 1, "2026-01-31T08:00:02Z")], await followed.TakeAsync(1));

        await host.ReportAsync(run, new JobProgress(40, "Removing\nroutes"));
        Assert.Equal(["""progress {"percent":40,"message":"Removing\nroutes"}"""], await followed.TakeAsync(1));

        await host.ReportAsync(run, warnings: ["Slow.", "Very slow."]);
        Assert.Equal(["""warning {"detail":"Slow."}""", """warning {"detail":"Very slow."}"""], await followed.TakeAsync(2));

        await host.EndAsync(run, new RunEnd.Finished());
        var ended = State("COMPLETE", "finished", 1, 1, "2026-01-31T08:00:02Z", "2026-01-31T08:00:02Z");
        Assert.Equal([ended, ended.Replace("state {", "end {", StringComparison.Ordinal)], (await followed.RestAsync()).Select(e => e.ToString()));
    }

    [Fact]
    public async Task A_job_that_has_ended_is_told_whole()
    {
        var job = await shared.Host.SubmitAsync();
        var run = await shared.Host.ClaimAsync();
        await shared.Host.ReportAsync(run, new JobProgress(7, null), ["w"]);
        await shared.Host.EndAsync(run, new RunEnd.Failed([new JobError(100004, "CF-AppNotFound", "The app could not be found: x")]));

        using var followed = await FollowedJob.StartAsync(shared.Host, job.Guid);

        Assert.Equal("text/event-stream", followed.Answer.Header("Content-Type"));
        Assert.Equal("no-store", followed.Answer.Header("Cache-Control"));
        Assert.Equal("no", followed.Answer.Header("X-Accel-Buffering"));
        Assert.Equal("nosniff", followed.Answer.Header("X-Content-Type-Options"));
        Assert.NotNull(followed.Answer.Header("X-VCAP-Request-ID"));
        var events = await followed.RestAsync();
        Assert.Equal(["state", "progress", "warning", "end"], events.Select(e => e.Name));
        Assert.Equal(4, events.Select(e => e.Id).Distinct().Count());
        Assert.Equal(100004, events[^1].Json.GetProperty("errors")[0].GetProperty("code").GetInt32());
    }

    [Fact]
    public async Task Resumed_from_its_end_there_is_nothing_until_it_is_retried()
    {
        await using var host = await JobsHost.StartAsync();
        var job = await host.RunAsync(new RunEnd.Failed([JobError.Unknown]));
        using var first = await FollowedJob.StartAsync(host, job.Guid);
        var end = (await first.RestAsync())[^1].Id;

        using var again = await FollowedJob.AskAsync(host, job.Guid, end);
        Assert.Equal((HttpStatusCode.NoContent, "no-store"), (again.StatusCode, again.Header("Cache-Control")));

        await host.Store.RetryAsync(job.Guid, Cancellation);
        using var retried = await FollowedJob.StartAsync(host, job.Guid, end);
        Assert.Equal("queued", (await retried.NextAsync())!.Json.Text("phase"));
        await host.EndAsync(await host.ClaimAsync(), new RunEnd.Finished());
        Assert.Equal("end", (await retried.RestAsync())[^1].Name);
    }

    [Fact]
    public async Task More_warnings_than_are_sent_at_once_all_come()
    {
        await using var host = await JobsHost.StartAsync();
        var job = await host.SubmitAsync();
        var run = await host.ClaimAsync();
        string[] warnings = [.. Enumerable.Range(0, 100).Select(number => $"{number}")];
        await host.ReportAsync(run, warnings: warnings);
        await host.EndAsync(run, new RunEnd.Finished());

        using var followed = await FollowedJob.StartAsync(host, job.Guid);

        var events = await followed.RestAsync();
        Assert.Equal(warnings, events.Where(e => e.Name == "warning").Select(e => e.Json.Text("detail")));
        Assert.Equal("end", events[^1].Name);
    }

    [Theory]
    [InlineData("x")]
    [InlineData("0")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("%00")]
    [InlineData("id of another job")]
    public async Task An_id_that_is_none_starts_from_now_with_a_note(string lastEventId)
    {
        var job = await shared.Host.RunAsync(new RunEnd.Finished());
        if (lastEventId == "id of another job")
        {
            var other = await shared.Host.RunAsync(new RunEnd.Finished());
            using var followedOther = await FollowedJob.StartAsync(shared.Host, other.Guid);
            lastEventId = (await followedOther.RestAsync())[^1].Id;
        }

        using var followed = await FollowedJob.StartAsync(shared.Host, job.Guid, lastEventId);

        var events = await followed.RestAsync();
        Assert.Equal(["", "state", "progress", "end"], events.Select(e => e.Name));
        Assert.StartsWith("Last-Event-ID is no event of this job", events[0].Data, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_empty_id_is_as_none()
    {
        var job = await shared.Host.RunAsync(new RunEnd.Finished());

        using var followed = await FollowedJob.StartAsync(shared.Host, job.Guid, "");

        Assert.Equal(["state", "progress", "end"], (await followed.RestAsync()).Select(e => e.Name));
    }

    [Theory]
    [InlineData(Tokens.Admin, HttpStatusCode.OK)]
    [InlineData(Tokens.AdminReadOnly, HttpStatusCode.OK)]
    [InlineData(Tokens.Auditor, HttpStatusCode.OK)]
    [InlineData(Tokens.OtherWriter, HttpStatusCode.Forbidden)]
    [InlineData(Tokens.Reader, HttpStatusCode.Forbidden)]
    [InlineData(Tokens.Nobody, HttpStatusCode.Forbidden)]
    [InlineData("no token of anyone", HttpStatusCode.Unauthorized)]
    public async Task Jobs_of_others_are_followed_by_those_who_read_everything(string token, HttpStatusCode expected)
    {
        var job = await shared.Host.RunAsync(new RunEnd.Finished());

        using var answer = await FollowedJob.AskAsync(shared.Host, job.Guid, token: token);

        Assert.Equal(expected, answer.StatusCode);
        if (expected == HttpStatusCode.Forbidden)
            await answer.IsV3ErrorAsync(expected, 10003, "CF-NotAuthorized");
    }

    [Theory]
    [InlineData("019c0000-0000-7000-8000-000000000000")]
    [InlineData("019C0000-0000-7000-8000-000000000000")]
    [InlineData("x")]
    public async Task What_is_not_held_is_not_found(string guid)
    {
        var answer = await shared.Host.As(Tokens.Writer).GetAsync($"/v3/jobs/{guid}/events", Cancellation);

        Assert.Equal("Job not found", await answer.IsV3ErrorAsync(HttpStatusCode.NotFound, 10010, "CF-ResourceNotFound"));
    }

    [Fact]
    public async Task Head_has_the_headers_alone()
    {
        var job = await shared.Host.RunAsync(new RunEnd.Finished());

        var answer = await shared.Host.As(Tokens.Writer).SendAsync(new(HttpMethod.Head, $"/v3/jobs/{job.Guid}/events"), Cancellation);

        Assert.Equal((HttpStatusCode.OK, "text/event-stream"), (answer.StatusCode, answer.Header("Content-Type")));
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync(Cancellation));
    }

    [Fact]
    public async Task Nothing_internal_is_in_it()
    {
        var job = await shared.Host.SubmitAsync(plain => plain with { Arguments = "\"secret-argument\""u8.ToArray() });
        var run = await shared.Host.ClaimAsync();
        await shared.Host.ReportAsync(run, log: "secret-log\n");
        await shared.Host.EndAsync(run, new RunEnd.Failed([JobError.Unknown]), exception: "secret-exception");

        using var answer = await FollowedJob.AskAsync(shared.Host, job.Guid, token: Tokens.Admin);

        Assert.DoesNotContain("secret", await answer.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Progress_comes_at_most_once_a_second_and_then_the_newest()
    {
        var clock = new FakeTimeProvider(Start);
        await using var host = await JobsHost.StartAsync(clock: clock);
        var job = await host.SubmitAsync();
        var run = await host.ClaimAsync();
        using var followed = await FollowedJob.StartAsync(host, job.Guid);
        await followed.TakeAsync(2);

        foreach (var percent in new[] { 1, 2, 3 })
            await host.ReportAsync(run, new JobProgress(percent, null));
        await host.ReportAsync(run, warnings: ["w"]);

        // The warning comes after all reports: none of them was sent before it.
        Assert.Equal(["""warning {"detail":"w"}"""], await followed.TakeAsync(1));
        clock.Advance(TimeSpan.FromSeconds(1));
        var next = followed.TakeAsync(1);
        await host.PassTimeUntilAsync(clock, next);
        Assert.Equal(["""progress {"percent":3,"message":null}"""], await next);
    }

    [Fact]
    public async Task A_comment_comes_every_15_seconds()
    {
        var clock = new FakeTimeProvider(Start);
        await using var host = await JobsHost.StartAsync(clock: clock);
        var job = await host.SubmitAsync();
        using var followed = await FollowedJob.StartAsync(host, job.Guid);
        await followed.TakeAsync(2);

        for (var time = 0; time < 3; time++)
        {
            clock.Advance(TimeSpan.FromSeconds(15));
            Assert.Equal(new ServerEvent("", "", "alive"), await followed.NextAsync());
        }
    }

    [Fact]
    public async Task Over_1000_streams_of_a_user_are_refused_and_a_follower_that_leaves_makes_room()
    {
        await using var host = await JobsHost.StartAsync();
        var job = await host.SubmitAsync();
        var places = host.Services.GetRequiredService<HeldPlaces>();
        var others = Enumerable.Range(0, 999).Select(_ => places.TryTake(job.Owner)).ToList();
        var followed = await FollowedJob.StartAsync(host, job.Guid);

        var refused = await FollowedJob.AskAsync(host, job.Guid);
        await refused.IsV3ErrorAsync(HttpStatusCode.TooManyRequests, 10013, "CF-RateLimitExceeded");
        Assert.Equal("10", refused.Header("Retry-After"));
        using (await FollowedJob.StartAsync(host, job.Guid, token: Tokens.Admin))
        {
            // Another user has places of its own.
        }

        followed.Dispose();
        HttpResponseMessage answer;
        do
            answer = await FollowedJob.AskAsync(host, job.Guid);
        while (answer.StatusCode == HttpStatusCode.TooManyRequests);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        answer.Dispose();
        Assert.DoesNotContain(null, others);
    }

    [Fact]
    public async Task A_follower_that_does_not_read_is_dropped_and_others_are_not()
    {
        var clock = new FakeTimeProvider(Start);
        await using var host = await JobsHost.StartAsync(
            clock: clock, services: services => services.Configure<KestrelServerOptions>(kestrel => kestrel.Limits.MinResponseDataRate = null));
        var job = await host.SubmitAsync();
        var run = await host.ClaimAsync();
        using var reader = await FollowedJob.StartAsync(host, job.Guid);
        await reader.TakeAsync(2);

        // More than a loopback connection holds on its way: 99 warnings of 48,000 bytes.
        await host.ReportAsync(run, warnings: [.. Enumerable.Range(0, 99).Select(number => $"{number:000}{new string('€', 15_997)}")]);
        await reader.TakeAsync(99);

        // What comes after them shows that the server is done with them.
        await host.ReportAsync(run, warnings: ["last"]);
        Assert.Equal(["warning {\"detail\":\"last\"}"], await reader.TakeAsync(1));
        using var socket = new TcpClient { ReceiveBufferSize = 4_096 };
        await socket.ConnectAsync(IPAddress.Loopback, host.Address.Port, Cancellation);
        var request = $"GET /v3/jobs/{job.Guid}/events HTTP/1.1\r\nHost: x\r\nAuthorization: bearer {Tokens.Writer}\r\n\r\n";
        await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes(request), Cancellation);
        await host.Log.WaitForAsync(FollowsJob, 2);

        while (!host.Log.All.Any(line => line.EventId == FollowerDropped))
        {
            await host.Client.GetAsync("/healthz", Cancellation);
            clock.Advance(EventStream.LongestWrite);
        }

        await host.EndAsync(run, new RunEnd.Finished());
        Assert.Equal(["state", "end"], (await reader.RestAsync()).Select(e => e.Name).Where(name => name.Length > 0));

        // Of the routes alone: a clock that leaps makes maintenance give up a pass.
        Assert.DoesNotContain(host.Log.All, line => line.Exception is not null && line.Category.Contains(".AspNetCore", StringComparison.Ordinal)
            && line.Category.StartsWith("CloudController", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_server_that_stops_ends_streams_in_order()
    {
        var host = await JobsHost.StartAsync();
        var job = await host.SubmitAsync();
        using var followed = await FollowedJob.StartAsync(host, job.Guid);
        await followed.TakeAsync(2);

        await host.DisposeAsync();

        Assert.Null(await followed.NextAsync());
    }

    [Fact]
    public async Task A_job_that_goes_ends_its_streams()
    {
        await using var host = await JobsHost.StartAsync();
        var job = await host.SubmitAsync();
        using var followed = await FollowedJob.StartAsync(host, job.Guid);
        await followed.TakeAsync(2);

        await host.Store.CancelAsync(job.Guid, Cancellation);
        await host.Store.DeleteAsync(job.Guid, Cancellation);

        // Whether its end was still seen is chance; what follows is not.
        await followed.RestAsync();
        Assert.Equal(HttpStatusCode.NotFound, (await FollowedJob.AskAsync(host, job.Guid)).StatusCode);
    }

    [Fact]
    public async Task Many_followers_of_a_job_all_see_its_end()
    {
        await using var host = await JobsHost.StartAsync();
        var job = await host.SubmitAsync();
        var followers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => FollowedJob.StartAsync(host, job.Guid)));
        Assert.Equal(1, host.Services.GetRequiredService<JobFeeds>().Count);

        await host.EndAsync(await host.ClaimAsync(), new RunEnd.Finished());

        foreach (var rest in await Task.WhenAll(followers.Select(follower => follower.RestAsync())))
            Assert.Equal("finished", rest[^1].Json.Text("phase"));
        Array.ForEach(followers, follower => follower.Dispose());
    }

    private static string State(string state, string phase, int attempt, int run, string? started, string? finished = null)
    {
        var times = $"\"run_at\":\"2026-01-31T08:00:00Z\",\"started_at\":{Quoted(started)},\"finished_at\":{Quoted(finished)}";
        return $$"""
            state {"state":"{{state}}","phase":"{{phase}}","attempt":{{attempt}},"run":{{run}},"max_attempts":1,{{times}},"errors":[]}
            """;
    }

    private static string Quoted(string? text) => text is null ? "null" : $"\"{text}\"";
}
