using System.Net;
using System.Text.Json;
using CloudController.Jobs.AspNetCore.Following;
using CloudController.Jobs.AspNetCore.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace CloudController.Jobs.AspNetCore.Tests.V3;

/// <summary>Contract §8: <c>POST /v3/jobs/actions/wait</c>.</summary>
public sealed class WaitTests(SharedHost shared) : IClassFixture<SharedHost>
{
    // Id of the log line that tells that a wait has begun.
    private const int WaitsForJobs = 3023;

    private static readonly string[] NoCounts = ["PROCESSING", "POLLING", "COMPLETE", "FAILED"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_ends_when_all_have_ended()
    {
        await using var host = await JobsHost.StartAsync();
        var jobs = new[] { await host.SubmitAsync(), await host.SubmitAsync(), await host.RunAsync(new RunEnd.Finished()) };

        var waiting = WaitAsync(host, Guids(jobs), "all");
        await host.Log.WaitForAsync(WaitsForJobs, 1);
        await host.EndAsync(await host.ClaimAsync(), new RunEnd.Failed([JobError.Unknown]));
        await host.EndAsync(await host.ClaimAsync(), new RunEnd.Finished());

        Assert.Equal("""{"counts":{"PROCESSING":0,"POLLING":0,"COMPLETE":2,"FAILED":1},"open":[]}""", await waiting);
    }

    [Theory]
    [InlineData("any")]
    [InlineData("first_failure")]
    public async Task It_ends_with_the_first_that_ends_so(string until)
    {
        await using var host = await JobsHost.StartAsync();
        var jobs = new[] { await host.SubmitAsync(), await host.SubmitAsync() };

        var waiting = WaitAsync(host, Guids(jobs), until);
        await host.Log.WaitForAsync(WaitsForJobs, 1);
        await host.Store.CancelAsync(jobs[1].Guid, Cancellation);

        Assert.Equal($$"""{"counts":{"PROCESSING":1,"POLLING":0,"COMPLETE":0,"FAILED":1},"open":["{{jobs[0].Guid}}"]}""", await waiting);
    }

    [Fact]
    public async Task A_success_is_no_failure()
    {
        await using var host = await JobsHost.StartAsync();
        var jobs = new[] { await host.SubmitAsync(), await host.SubmitAsync() };

        var waiting = WaitAsync(host, Guids(jobs), "first_failure");
        await host.Log.WaitForAsync(WaitsForJobs, 1);
        await host.EndAsync(await host.ClaimAsync(), new RunEnd.Finished());
        await host.EndAsync(await host.ClaimAsync(), new RunEnd.Finished());

        Assert.Equal("""{"counts":{"PROCESSING":0,"POLLING":0,"COMPLETE":2,"FAILED":0},"open":[]}""", await waiting);
    }

    [Fact]
    public async Task When_the_time_is_up_it_says_how_they_stand()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(50));
        await using var host = await JobsHost.StartAsync(clock: clock);
        var job = await host.SubmitAsync();

        var waiting = WaitAsync(host, Guids(job), "all", seconds: 7);
        await host.Log.WaitForAsync(WaitsForJobs, 1);
        while (!waiting.IsCompleted)
        {
            clock.Advance(TimeSpan.FromSeconds(7));
            await Task.Yield();
        }

        Assert.Equal($$"""{"counts":{"PROCESSING":1,"POLLING":0,"COMPLETE":0,"FAILED":0},"open":["{{job.Guid}}"]}""", await waiting);
    }

    [Fact]
    public async Task Labels_select_ones_own_jobs()
    {
        await using var host = await JobsHost.StartAsync();
        var labels = new JobMetadata([new("release", "42")], []);
        await host.RunAsync(new RunEnd.Finished(), plain => plain with { Metadata = labels });
        await host.RunAsync(new RunEnd.Finished(), plain => plain with { Metadata = labels, Owner = new JobOwner("", Tokens.OtherWriter) });
        await host.RunAsync(new RunEnd.Finished());

        Assert.Equal(1, await CompleteAsync(Tokens.Writer));
        Assert.Equal(2, await CompleteAsync(Tokens.Auditor));
        Assert.Equal(0, await CompleteAsync(Tokens.Reader));

        async Task<int> CompleteAsync(string token)
        {
            var answer = await host.As(token).PostAsync("/v3/jobs/actions/wait", """{"label_selector":"release=42"}""");
            return (await answer.JsonAsync()).GetProperty("counts").GetProperty("COMPLETE").GetInt32();
        }
    }

    [Fact]
    public async Task A_job_that_is_deleted_meanwhile_is_waited_for_no_more()
    {
        await using var host = await JobsHost.StartAsync();
        var jobs = new[] { await host.SubmitAsync(), await host.SubmitAsync() };

        var waiting = WaitAsync(host, Guids(jobs), "all");
        await host.Log.WaitForAsync(WaitsForJobs, 1);
        await host.Store.CancelAsync(jobs[0].Guid, Cancellation);
        await host.Store.DeleteAsync(jobs[0].Guid, Cancellation);
        await host.Store.CancelAsync(jobs[1].Guid, Cancellation);

        var counts = JsonDocument.Parse(await waiting).RootElement.GetProperty("counts");
        Assert.Equal(NoCounts, counts.Keys());
        Assert.InRange(counts.GetProperty("FAILED").GetInt32(), 1, 2);
    }

    [Fact]
    public async Task Jobs_of_others_are_as_good_as_none()
    {
        var job = await shared.Host.SubmitAsync(plain => plain with { Owner = new JobOwner("", Tokens.OtherWriter) });
        await shared.Host.Store.CancelAsync(job.Guid, Cancellation);

        foreach (var guid in new[] { job.Guid, Guid.AllBitsSet })
        {
            var answer = await shared.Host.As(Tokens.Writer).PostAsync("/v3/jobs/actions/wait", $$"""{"guids":["{{guid}}"]}""");
            Assert.Equal(
                $"guids: '{guid}' is not a guid of a job of yours",
                await answer.IsV3ErrorAsync(HttpStatusCode.UnprocessableEntity, 10008, "CF-UnprocessableEntity"));
        }

        Assert.Equal(HttpStatusCode.OK, (await shared.Host.As(Tokens.Admin).PostAsync("/v3/jobs/actions/wait", Body(Guids(job), "all", 1))).StatusCode);
    }

    [Theory]
    [InlineData("[]", "The request body must be an object")]
    [InlineData("{}", "Either guids or label_selector is required")]
    [InlineData("""{"guids":["0b2ba1a5-6f1e-4a0c-9f0e-3b1d4c7a9e21"],"label_selector":"a"}""", "Either guids or label_selector is required")]
    [InlineData("""{"guids":[]}""", "guids must be an array of 1 to 1000 guids")]
    [InlineData("""{"guids":"x"}""", "guids must be an array of 1 to 1000 guids")]
    [InlineData("""{"guids":["x"]}""", "guids[0] is not a guid of a job of yours")]
    [InlineData("""{"guids":[1]}""", "guids[0] must be a string")]
    [InlineData("""{"label_selector":"a in b"}""", "Invalid label_selector value")]
    [InlineData("""{"label_selector":"a","until":"none"}""", "until must be 'all', 'any' or 'first_failure'")]
    [InlineData("""{"label_selector":"a","until":{}}""", "until must be 'all', 'any' or 'first_failure'")]
    [InlineData("""{"label_selector":"a","seconds":0}""", "seconds must be a whole number from 1 to 60")]
    [InlineData("""{"label_selector":"a","seconds":61}""", "seconds must be a whole number from 1 to 60")]
    [InlineData("""{"label_selector":"a","Seconds":1}""", "Unknown field(s): 'Seconds'")]
    public async Task What_is_wrong_is_named(string body, string detail)
    {
        var answer = await shared.Host.As(Tokens.Writer).PostAsync("/v3/jobs/actions/wait", body);

        Assert.Equal(detail, await answer.IsV3ErrorAsync(HttpStatusCode.UnprocessableEntity, 10008, "CF-UnprocessableEntity"));
    }

    [Fact]
    public async Task More_than_1000_guids_are_too_many()
    {
        var guids = string.Join(',', Enumerable.Repeat($"\"{Guid.AllBitsSet}\"", 1_001));

        var answer = await shared.Host.As(Tokens.Writer).PostAsync("/v3/jobs/actions/wait", $$"""{"guids":[{{guids}}]}""");

        Assert.Equal(
            "guids must be an array of 1 to 1000 guids", await answer.IsV3ErrorAsync(HttpStatusCode.UnprocessableEntity, 10008, "CF-UnprocessableEntity"));
    }

    [Fact]
    public async Task It_needs_JSON()
    {
        var writer = shared.Host.As(Tokens.Writer);

        await (await writer.PostAsync("/v3/jobs/actions/wait", "{")).IsV3ErrorAsync(HttpStatusCode.BadRequest, 1001, "CF-MessageParseError");
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await writer.ActAsync("/v3/jobs/actions/wait")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await shared.Host.As(Tokens.Worker).PostAsync("/v3/jobs/actions/wait", "{}")).StatusCode);
    }

    [Fact]
    public async Task Over_1000_waits_of_a_user_are_refused()
    {
        await using var host = await JobsHost.StartAsync();
        var job = await host.SubmitAsync();
        var places = host.Services.GetRequiredService<HeldPlaces>();
        var taken = Enumerable.Range(0, 1_000).Select(_ => places.TryTake(job.Owner)).ToList();

        var refused = await host.As(Tokens.Writer).PostAsync("/v3/jobs/actions/wait", Body(Guids(job), "all", 1));

        Assert.DoesNotContain(null, taken);
        await refused.IsV3ErrorAsync(HttpStatusCode.TooManyRequests, 10013, "CF-RateLimitExceeded");
        Assert.NotNull(refused.Header("Retry-After"));
    }

    [Fact]
    public async Task A_server_that_stops_lets_go_at_once()
    {
        var host = await JobsHost.StartAsync();
        var job = await host.SubmitAsync();
        var waiting = WaitAsync(host, Guids(job), "all");
        await host.Log.WaitForAsync(WaitsForJobs, 1);

        await host.DisposeAsync();

        Assert.Contains($"\"{job.Guid}\"", await waiting, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_thousand_jobs_are_waited_for_in_one_request()
    {
        await using var host = await JobsHost.StartAsync();
        var now = host.Clock.GetUtcNow();
        var jobs = Enumerable.Range(0, 1_000)
            .Select(_ => new NewJob { Guid = JobGuid.New(now), CreatedAt = now, Operation = StoredJobs.Operation, Owner = new JobOwner("", Tokens.Writer) })
            .ToArray();
        await host.Store.SubmitAsync(jobs, 100_000, Cancellation);

        var waiting = WaitAsync(host, Guids(jobs), "all");
        await host.Log.WaitForAsync(WaitsForJobs, 1);
        await Task.WhenAll(jobs.Select(job => host.Store.CancelAsync(job.Guid, Cancellation)));

        Assert.Equal("""{"counts":{"PROCESSING":0,"POLLING":0,"COMPLETE":0,"FAILED":1000},"open":[]}""", await waiting);
    }

    private static string Guids(params NewJob[] jobs) => string.Join(',', jobs.Select(job => $"\"{job.Guid}\""));

    private static string Body(string guids, string until, int seconds) => $$"""{"guids":[{{guids}}],"until":"{{until}}","seconds":{{seconds}}}""";

    private static async Task<string> WaitAsync(JobsHost host, string guids, string until, int seconds = 60)
    {
        var answer = await host.As(Tokens.Writer).PostAsync("/v3/jobs/actions/wait", Body(guids, until, seconds));
        Assert.Equal((HttpStatusCode.OK, "no-store"), (answer.StatusCode, answer.Header("Cache-Control")));
        return (await answer.JsonAsync()).GetRawText();
    }
}
