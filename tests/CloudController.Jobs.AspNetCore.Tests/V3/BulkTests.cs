using System.Net;
using System.Text.Json;
using CloudController.Jobs.AspNetCore.Tests.Hosting;

namespace CloudController.Jobs.AspNetCore.Tests.V3;

/// <summary>Contract §5, <c>POST /v3/jobs/actions/bulk</c>.</summary>
public sealed class BulkTests
{
    private const string Path = "/v3/jobs/actions/bulk";

    [Fact]
    public async Task A_thousand_jobs_are_accepted_in_order()
    {
        await using var host = await JobsHost.StartAsync();
        var client = host.As(Tokens.Writer);

        var jobs = Enumerable.Range(0, 1_000).Select(number => $$"""{"operation":"noop","arguments":[{{number}}]}""");
        var resources = await AcceptedAsync(client, Bulk(jobs));

        Assert.Equal(Enumerable.Range(0, 1_000).Select(number => $"[{number}]"), resources.Select(job => job.GetProperty("arguments").GetRawText()));
        var listed = await client.GetJsonAsync("/v3/jobs?per_page=1000");
        Assert.Equal(resources.Select(job => job.Text("guid")), listed.GetProperty("resources").EnumerateArray().Select(job => job.Text("guid")));
    }

    [Theory]
    [InlineData("""{}""", "jobs must be an array of 1 to 1000 jobs")]
    [InlineData("""{"jobs":null}""", "jobs must be an array of 1 to 1000 jobs")]
    [InlineData("""{"jobs":[]}""", "jobs must be an array of 1 to 1000 jobs")]
    [InlineData("""{"jobs":{"operation":"a"}}""", "jobs must be an array of 1 to 1000 jobs")]
    [InlineData("""[{"operation":"a"}]""", "The request body must be a JSON object")]
    [InlineData("""{"job":[],"jobs":[{"operation":"a"}]}""", "Unknown field(s): 'job'")]
    [InlineData("""{"jobs":[{"operation":"a"},7,{"operation":"a","x":1},{"operation":"a","queue":"B"},{}]}""",
        "Unknown field(s): 'jobs[2].x', jobs[1] must be an object, "
        + "jobs[3].queue must be a string of 1 to 128 characters of 'a' to 'z', '0' to '9', '_', '.' and '-', jobs[4].operation is required")]
    [InlineData("""{"jobs":[{"operation":"a","idempotency_key":""}]}""", "jobs[0].idempotency_key must be 1 to 255 printable ASCII characters")]
    [InlineData("""{"jobs":[{"operation":"a","idempotency_key":"k"},{"operation":"b","idempotency_key":"k"}]}""",
        "jobs[1].idempotency_key was used before for another submission")]
    public async Task One_bad_job_refuses_all_and_is_named(string body, string detail)
    {
        await using var host = await JobsHost.StartAsync();

        var answer = await host.As(Tokens.Writer).PostAsync(Path, body);

        Assert.Equal(detail, await answer.IsV3ErrorAsync(HttpStatusCode.UnprocessableEntity, 10008, "CF-UnprocessableEntity"));
        Assert.Equal(0, await CountAsync(host));
    }

    [Fact]
    public async Task One_job_more_than_a_thousand_is_too_many()
    {
        await using var host = await JobsHost.StartAsync();

        var answer = await host.As(Tokens.Writer).PostAsync(Path, Bulk(Enumerable.Repeat("""{"operation":"noop"}""", 1_001)));

        Assert.Equal(
            "jobs must be an array of 1 to 1000 jobs",
            await answer.IsV3ErrorAsync(HttpStatusCode.UnprocessableEntity, 10008, "CF-UnprocessableEntity"));
    }

    [Fact]
    public async Task A_bulk_has_at_most_32_MiB_and_each_job_its_own_limit()
    {
        await using var host = await JobsHost.StartAsync();
        var client = host.As(Tokens.Writer);
        string Large(int bytes) => $$"""{"operation":"noop","arguments":"{{new string('x', bytes - 2)}}"}""";

        await AcceptedAsync(client, Bulk(Enumerable.Repeat(Large(1_000_000), 33)));
        var tooLong = await client.PostAsync(Path, Bulk(Enumerable.Repeat(Large(1_000_000), 34)));
        var tooLarge = await client.PostAsync(Path, Bulk([Large(10), Large(1_048_577)]));

        await tooLong.IsV3ErrorAsync(HttpStatusCode.RequestEntityTooLarge, 900007, "CF-RequestTooLarge");
        await tooLarge.IsV3ErrorAsync(HttpStatusCode.RequestEntityTooLarge, 900007, "CF-RequestTooLarge");
        Assert.Equal(33, await CountAsync(host));
    }

    [Fact]
    public async Task The_header_stands_for_the_whole()
    {
        await using var host = await JobsHost.StartAsync();
        var client = host.As(Tokens.Writer);
        var twoAlike = Bulk(["""{"operation":"noop"}""", """{"operation":"noop"}"""]);

        var first = await AcceptedAsync(client, twoAlike, "k");
        var again = await AcceptedAsync(client, twoAlike, "k");
        var other = await client.PostAsync(Path, Bulk(["""{"operation":"noop"}"""]), "k");

        Assert.Equal(2, first.Select(job => job.Text("guid")).Distinct().Count());
        Assert.Equal(first.Select(job => job.GetRawText()), again.Select(job => job.GetRawText()));
        await other.IsV3ErrorAsync(HttpStatusCode.UnprocessableEntity, 10008, "CF-UnprocessableEntity");
    }

    [Fact]
    public async Task A_jobs_own_key_is_the_headers_key_of_a_single_submission()
    {
        await using var host = await JobsHost.StartAsync();
        var client = host.As(Tokens.Writer);
        var single = await client.SubmitAsync("""{"operation":"noop","priority":1}""", "k");

        var resources = await AcceptedAsync(client, Bulk(
        [
            """{"operation":"noop"}""",
            """{"priority":1,"idempotency_key":"k","operation":"noop"}""",
            """{"operation":"other","idempotency_key":"new"}""",
            """{"operation":"other","idempotency_key":"new"}""",
        ]));

        Assert.Equal(single.Text("guid"), resources[1].Text("guid"));
        Assert.Equal(resources[2].Text("guid"), resources[3].Text("guid"));
        Assert.Equal(3, await CountAsync(host));

        var conflict = await client.PostAsync(Path, Bulk(["""{"operation":"noop"}""", """{"operation":"noop","idempotency_key":"k"}"""]));
        Assert.Equal(
            "jobs[1].idempotency_key was used before for another submission",
            await conflict.IsV3ErrorAsync(HttpStatusCode.UnprocessableEntity, 10008, "CF-UnprocessableEntity"));
        Assert.Equal(3, await CountAsync(host));
    }

    [Fact]
    public async Task A_key_in_the_header_and_one_in_a_job_exclude_each_other()
    {
        await using var host = await JobsHost.StartAsync();

        var answer = await host.As(Tokens.Writer).PostAsync(Path, Bulk(["""{"operation":"noop","idempotency_key":"a"}"""]), "b");

        Assert.Equal(
            "jobs[0].idempotency_key cannot be given together with the header Idempotency-Key",
            await answer.IsV3ErrorAsync(HttpStatusCode.UnprocessableEntity, 10008, "CF-UnprocessableEntity"));
    }

    [Fact]
    public async Task A_bulk_that_would_open_too_many_jobs_keeps_none()
    {
        await using var host = await JobsHost.StartAsync([new("Jobs:MaxOpenPerOwner", "3")]);

        var answer = await host.As(Tokens.Writer).PostAsync(Path, Bulk(Enumerable.Repeat("""{"operation":"noop"}""", 4)));

        await answer.IsV3ErrorAsync(HttpStatusCode.UnprocessableEntity, 10008, "CF-UnprocessableEntity");
        Assert.Equal(0, await CountAsync(host));
    }

    private static string Bulk(IEnumerable<string> jobs) => $$"""{"jobs":[{{string.Join(',', jobs)}}]}""";

    private static async Task<JsonElement[]> AcceptedAsync(HttpClient client, string body, string? key = null)
    {
        var answer = await client.PostAsync(Path, body, key);
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        return [.. (await answer.JsonAsync()).GetProperty("resources").EnumerateArray()];
    }

    private static async Task<int> CountAsync(JobsHost host) =>
        (await host.As(Tokens.Admin).GetJsonAsync("/v3/jobs")).GetProperty("pagination").GetProperty("total_results").GetInt32();
}
