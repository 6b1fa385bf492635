using System.Net;
using System.Text.Json;
using CloudController.Jobs.AspNetCore.Tests.Hosting;
using Microsoft.Extensions.Time.Testing;

namespace CloudController.Jobs.AspNetCore.Tests.V3;

/// <summary>Contract §5, <c>GET /v3/jobs</c>; messages and edges are those of Cloud Controller's lists (facts §5).</summary>
public sealed class ListTests(SharedHost shared) : IClassFixture<SharedHost>
{
    private const string ValidParameters =
        "Valid parameters are: 'page', 'per_page', 'order_by', 'created_ats', 'updated_ats', 'guids', 'states', 'phases', 'operations', 'queues', "
        + "'resource_guids', 'label_selector'";

    private static readonly DateTimeOffset Noon = new(2026, 3, 4, 12, 0, 0, TimeSpan.Zero);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_empty_list_has_one_page()
    {
        await using var host = await JobsHost.StartAsync();

        var list = await host.As(Tokens.Writer).GetJsonAsync("/v3/jobs");

        var page = new Uri(host.Address, "/v3/jobs?page=1&per_page=50").ToString();
        Assert.Equal(
            $$$"""
            {"pagination":{"total_results":0,"total_pages":1,"first":{"href":"{{{page}}}"},"last":{"href":"{{{page}}}"},
            "next":null,"previous":null},"resources":[]}
            """.ReplaceLineEndings(""),
            list.GetRawText());
    }

    [Fact]
    public async Task Pages_link_to_each_other_with_their_parameters_in_alphabetical_order()
    {
        await using var host = await JobsHost.StartAsync();
        await AddAsync(host, 5, (job, _) => job with { Queue = "a" });

        var list = await host.As(Tokens.Writer).GetJsonAsync("/v3/jobs?queues=a,b%252Cc&per_page=2&page=2&order_by=created_at&label_selector=%21x");

        var pages = list.GetProperty("pagination");
        string Page(int number) =>
            new Uri(host.Address, $"/v3/jobs?label_selector=%21x&order_by=%2Bcreated_at&page={number}&per_page=2&queues=a%2Cb%252Cc").AbsoluteUri;
        Assert.Equal((5, 3), (pages.GetProperty("total_results").GetInt32(), pages.GetProperty("total_pages").GetInt32()));
        Assert.Equal(
            [Page(1), Page(3), Page(3), Page(1)],
            new[] { "first", "last", "next", "previous" }.Select(link => pages.GetProperty(link).Text("href")));
        Assert.Equal([2, 3], Numbers(list));

        var last = await host.As(Tokens.Writer).GetJsonAsync(pages.GetProperty("next").Text("href"));
        Assert.Equal([4], Numbers(last));
        Assert.Equal(JsonValueKind.Null, last.GetProperty("pagination").GetProperty("next").ValueKind);
    }

    [Fact]
    public async Task A_page_past_the_end_is_empty()
    {
        await using var host = await JobsHost.StartAsync();
        await AddAsync(host, 1);

        var list = await host.As(Tokens.Writer).GetJsonAsync("/v3/jobs?page=9");

        Assert.Equal((1, 0), (Total(list), list.GetProperty("resources").GetArrayLength()));
    }

    [Fact]
    public async Task A_listed_job_has_everything_but_arguments_and_result()
    {
        await using var host = await JobsHost.StartAsync();
        var job = await host.SubmitAsync(plain => plain with { Arguments = "7"u8.ToArray() });

        var listed = (await host.As(Tokens.Writer).GetJsonAsync("/v3/jobs")).GetProperty("resources")[0];
        var whole = await host.As(Tokens.Writer).GetJsonAsync($"/v3/jobs/{job.Guid}");

        Assert.Equal(whole.Keys().Except(["arguments", "result"]), listed.Keys());
    }

    [Theory]
    [InlineData(Tokens.Writer, 2)]
    [InlineData(Tokens.OtherWriter, 1)]
    [InlineData(Tokens.Reader, 0)]
    [InlineData(Tokens.Admin, 3)]
    [InlineData(Tokens.AdminReadOnly, 3)]
    [InlineData(Tokens.Auditor, 3)]
    public async Task Own_jobs_are_listed_and_all_to_those_who_read_everything(string token, int count)
    {
        await using var host = await JobsHost.StartAsync();
        await AddAsync(host, 2);
        await host.SubmitAsync(job => job with { Owner = new JobOwner("", Tokens.OtherWriter) });

        var list = await host.As(token).GetJsonAsync("/v3/jobs");

        Assert.Equal((count, count), (Total(list), list.GetProperty("resources").GetArrayLength()));
    }

    [Theory]
    [InlineData("", "0 1 2 3 4")]
    [InlineData("order_by=created_at", "0 1 2 3 4")]
    [InlineData("order_by=%2Bcreated_at", "0 1 2 3 4")]
    [InlineData("order_by=-created_at", "4 3 2 1 0")]
    [InlineData("order_by=-updated_at", "1 4 3 2 0")]
    [InlineData("states=PROCESSING", "0 2 3 4")]
    [InlineData("states=FAILED,COMPLETE", "1")]
    [InlineData("phases=scheduled,cancelled", "1 3")]
    [InlineData("states=PROCESSING&phases=scheduled", "3")]
    [InlineData("states=COMPLETE&phases=scheduled", "")]
    [InlineData("operations=app.delete", "0 1 2 3 4")]
    [InlineData("operations=app.deletes", "")]
    [InlineData("queues=even", "0 2 4")]
    [InlineData("queues=even,%20odd", "0 1 2 3 4")]
    [InlineData("queues=", "")]
    [InlineData("resource_guids=a%252Cb", "2")]
    [InlineData("resource_guids=a,b", "")]
    [InlineData("resource_guids=c%2520d", "3")]
    [InlineData("created_ats=2026-03-04T12:00:01Z,2026-03-04T12:00:03Z", "1 3")]
    [InlineData("created_ats[gt]=2026-03-04T12:00:01Z", "2 3 4")]
    [InlineData("created_ats[gte]=2026-03-04T12:00:01Z&created_ats[lt]=2026-03-04T12:00:03Z", "1 2")]
    [InlineData("created_ats%5Blte%5D=2026-03-04T12:00:01Z", "0 1")]
    [InlineData("updated_ats[gt]=2026-03-04T12:00:30Z", "1")]
    [InlineData("label_selector=number%20in%20(1,2)", "1 2")]
    [InlineData("label_selector=number%20notin%20(1,2),parity!=odd", "0 4")]
    [InlineData("label_selector=parity=odd,!nothing", "1 3")]
    [InlineData("label_selector=nothing", "")]
    [InlineData("guids=", "")]
    [InlineData("guids=nonsense", "")]
    public async Task Filters_select_and_orders_order(string query, string expected)
    {
        var clock = new FakeTimeProvider(Noon);
        await using var host = await JobsHost.StartAsync(clock: clock);
        var jobs = await AddAsync(host, 5, (job, number) => job with
        {
            CreatedAt = Noon.AddSeconds(number).AddMilliseconds(500),
            Queue = number % 2 == 0 ? "even" : "odd",
            RunAt = number == 3 ? Noon.AddYears(1) : null,
            Resource = new JobResource("app", number switch { 2 => "a,b", 3 => "c d", _ => $"app-{number}" }, null),
            Metadata = new JobMetadata([new("number", $"{number}"), new("parity", number % 2 == 0 ? "even" : "odd")], []),
        });
        clock.Advance(TimeSpan.FromMinutes(1));
        await host.As(Tokens.Writer).ActAsync($"/v3/jobs/{jobs[1].Guid}/actions/cancel");

        var list = await host.As(Tokens.Writer).GetJsonAsync($"/v3/jobs?{query}");

        Assert.Equal(expected, string.Join(' ', Numbers(list)));
    }

    [Fact]
    public async Task Guids_select()
    {
        await using var host = await JobsHost.StartAsync();
        var jobs = await AddAsync(host, 3);

        var list = await host.As(Tokens.Writer).GetJsonAsync($"/v3/jobs?guids={jobs[2].Guid},{jobs[0].Guid},x");

        Assert.Equal([0, 2], Numbers(list));
    }

    [Theory]
    [InlineData("page=0", "Page must be a positive integer")]
    [InlineData("page=-1", "Page must be a positive integer")]
    [InlineData("page=x", "Page must be a positive integer")]
    [InlineData("page=1.5", "Page must be a positive integer")]
    [InlineData("page=", "Page must be a positive integer")]
    [InlineData("per_page=0", "Per page must be a positive integer")]
    [InlineData("per_page=5001", "Per page must be between 1 and 5000")]
    [InlineData("per_page=99999999999999999999", "Per page must be between 1 and 5000")]
    [InlineData("page=99999999999999999999", "Maximum result (page * per_page) must be less than 100001")]
    [InlineData("page=2001&per_page=50", "Maximum result (page * per_page) must be less than 100001")]
    [InlineData("order_by=guid", "Order by can only be: 'created_at', 'updated_at'")]
    [InlineData("order_by=", "Order by can only be: 'created_at', 'updated_at'")]
    [InlineData("page=x&per_page=y", "Page must be a positive integer, Per page must be a positive integer")]
    [InlineData("foo=1&Page=2", "Unknown query parameter(s): 'Page', 'foo'. " + ValidParameters)]
    [InlineData("guids[not]=1", "Unknown query parameter(s): 'guids[not]'. " + ValidParameters)]
    [InlineData("states=processing", "States can only be: 'PROCESSING', 'POLLING', 'COMPLETE', 'FAILED'")]
    [InlineData("phases=x", "Phases can only be: 'queued', 'polling', 'scheduled', 'running', 'finished', 'failed', 'cancelled', 'expired'")]
    [InlineData("created_ats=yesterday", "Created ats has an invalid timestamp format. Timestamps should be formatted as 'YYYY-MM-DDThh:mm:ssZ'")]
    [InlineData("created_ats=", "Created ats has an invalid timestamp format. Timestamps should be formatted as 'YYYY-MM-DDThh:mm:ssZ'")]
    [InlineData("updated_ats[lt]=2026-03-04T12:00:00%2B00:00",
        "Updated ats has an invalid timestamp format. Timestamps should be formatted as 'YYYY-MM-DDThh:mm:ssZ'")]
    [InlineData("created_ats[gt]=2026-03-04T12:00:00Z,2026-03-04T12:00:00Z", "Created ats only accepts one value when using a relational operator")]
    [InlineData("created_ats[ne]=2026-03-04T12:00:00Z", "Created ats Invalid relational operator: 'ne'")]
    [InlineData("created_ats[]=2026-03-04T12:00:00Z", "Created ats Invalid relational operator: ''")]
    [InlineData("created_ats[[gt]]=2026-03-04T12:00:00Z", "Created ats Invalid relational operator: '[gt]'")]
    [InlineData("created_ats[gt=2026-03-04T12:00:00Z", "Unknown query parameter(s): 'created_ats[gt'. " + ValidParameters)]
    [InlineData("label_selector=", "Missing label_selector value")]
    [InlineData("label_selector", "Missing label_selector value")]
    [InlineData("label_selector=!", "Invalid label_selector value")]
    [InlineData("resource_guids=%00", "Resource guids must not have U+0000 in them")]
    public async Task A_bad_query_says_why(string query, string message)
    {
        var host = shared.Host;

        var answer = await host.As(Tokens.Writer).GetAsync($"/v3/jobs?{query}", Cancellation);

        Assert.Equal(
            $"The query parameter is invalid: {message}",
            await answer.IsV3ErrorAsync(HttpStatusCode.BadRequest, 10005, "CF-BadQueryParameter"));
    }

    [Fact]
    public async Task The_farthest_page_is_served()
    {
        await using var host = await JobsHost.StartAsync();

        foreach (var query in new[] { "page=2000&per_page=50", "page=20&per_page=5000", "page=100000&per_page=1" })
            await host.As(Tokens.Writer).GetJsonAsync($"/v3/jobs?{query}");
    }

    private static async Task<IReadOnlyList<NewJob>> AddAsync(JobsHost host, int count, Func<NewJob, int, NewJob>? change = null)
    {
        var jobs = new List<NewJob>();
        for (var number = 0; number < count; number++)
            jobs.Add(await host.SubmitAsync(job => change?.Invoke(job with { Priority = number }, number) ?? job with { Priority = number }));

        return jobs;
    }

    private static int Total(JsonElement list) => list.GetProperty("pagination").GetProperty("total_results").GetInt32();

    private static IEnumerable<int> Numbers(JsonElement list) =>
        list.GetProperty("resources").EnumerateArray().Select(job => job.GetProperty("priority").GetInt32());
}
